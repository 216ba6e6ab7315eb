/**
 * Who may do what in pairing: one pure function.
 *
 * @packageDocumentation
 */
export { ACTIONS, decide } from './decide.ts'
export { actorKey, describeActor } from './describe.ts'
export { MAX_NAME_LENGTH, SHOWN_DEVICE_ID_LENGTH } from './limits.ts'
export { includesScope, missingScopes } from './scopes.ts'
export type {
  Action,
  Ask,
  AuthorityCode,
  DeviceAction,
  DeviceSubject,
  DmAction,
  NodeAction,
  Refusal,
  SetupAction,
  Subject,
  Verdict,
} from './types.ts'
