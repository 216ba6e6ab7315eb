/**
 * People: requests, codes, allow-lists, policies and the gate every direct message passes.
 *
 * @packageDocumentation
 */

export { WAITING_COLLECTIONS } from './collections.ts'
export { approveCommandOf } from './commands.ts'
export type { PolicyDecision, SenderFacts } from './decide-policy.ts'
export { decidePolicy } from './decide-policy.ts'
export { printable } from './display.ts'
export { dmPairing } from './dm-pairing.ts'
export type { DmDocumentOptions } from './documents/document-parts.ts'
export { dmDocumentFamilies } from './documents/families.ts'
export {
  type DmPairingError,
  ExpiryOutOfRange,
  InvalidAccount,
  InvalidReplyTemplate,
  InvalidSender,
  MalformedDocument,
  MalformedRecord,
  RandomSourceBroken,
  RequestRefused,
  TooManyOwners,
  UnknownChannel,
} from './errors.ts'
export { isAccountId, isChannelName, isSenderId } from './keys.ts'
export {
  DEFAULT_MAX_PENDING,
  MAX_GRANT_MS,
  MAX_PENDING_LIMIT,
  MIN_GRANT_MS,
  REJECTED_REST_MS,
  REQUEST_TTL_MS,
} from './limits.ts'
export { mergeChannels, unmergedChannels } from './merge-channels.ts'
export type {
  AddOwnerOutcome,
  Owner,
  OwnerName,
  RemoveOwnerOutcome,
  SeenOwner,
} from './owner-types.ts'
export type { DmPairingOptions, DmPairingPorts } from './parts.ts'
export { quoted } from './quoted.ts'
export { checkReplyTemplate, DEFAULT_REPLY_TEMPLATE } from './reply.ts'
export { isRequestId } from './request-id.ts'
export type {
  ApproveOptions,
  ApproveOutcome,
  Denied,
  DmPairing,
  DueNotice,
  Explanation,
  KnownSender,
  NoticeState,
  NotPending,
  PendingList,
  PendingRequest,
  RejectOptions,
  RejectOutcome,
  RequestReference,
  SenderOutcome,
  SettledRequest,
  WaitingRequest,
} from './types.ts'
