/**
 * Gate the direct messages of a bot behind an owner’s approval.
 *
 * @packageDocumentation
 */
export { directMessage, type PlainMessage } from './direct-message.ts'
export { type IntakeComponents, intake } from './intake.ts'
export { type NoticeComponents, type NoticeOptions, noticeRunner } from './notices.ts'
export { createPairing } from './pairing.ts'
export type { Pairing, PairingComponents, PairingOptions, Send } from './types.ts'
export {
  memoryWorkLog,
  type WorkBegun,
  WorkHandedOver,
  type WorkLog,
  type WorkStage,
} from './work-log.ts'
