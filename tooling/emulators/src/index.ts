/**
 * Loopback stand-ins for the far side of each channel: the real client libraries talk to them over real sockets.
 *
 * @packageDocumentation
 */
export { startTelegramEmulator } from './telegram/emulator.ts'
export type { Fault, FaultEffect } from './telegram/faults.ts'
export {
  editedMessage,
  groupMessage,
  type Person,
  privateMessage,
  type RawUpdate,
} from './telegram/people.ts'
export type {
  ApiCall,
  EmulatorOptions,
  SentMessage,
  TelegramEmulator,
  WrittenMessage,
} from './telegram/types.ts'
