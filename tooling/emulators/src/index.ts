/**
 * Loopback stand-ins for the far side of each channel: the real client libraries talk to them over real sockets.
 *
 * @packageDocumentation
 */

export { startDiscordEmulator } from './discord/emulator.ts'
export type { DiscordMessage, DiscordObject, DiscordPerson } from './discord/people.ts'
export type {
  DiscordCall,
  DiscordEmulator,
  DiscordEmulatorOptions,
  DiscordEntrance,
  DiscordFault,
  DiscordSent,
  DiscordStartLimit,
} from './discord/types.ts'
export { startSignalEmulator } from './signal/emulator.ts'
export type { SignalFault, SignalFaultEffect } from './signal/faults.ts'
export {
  type ReceivedEvent,
  receivedMessage,
  type SignalMessageParts,
  type SignalPerson,
  signalNumberOf,
  signalUuidOf,
} from './signal/people.ts'
export type {
  SignalCall,
  SignalEmulator,
  SignalEmulatorOptions,
  SignalSent,
} from './signal/types.ts'
export { startSlackEmulator } from './slack/emulator.ts'
export type { SlackPayload, SlackPerson } from './slack/people.ts'
export type {
  SlackCall,
  SlackDisconnect,
  SlackEmulator,
  SlackEmulatorOptions,
  SlackEnvelope,
  SlackFault,
  SlackSentMessage,
  SlackWritten,
} from './slack/types.ts'
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
