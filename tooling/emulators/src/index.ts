/**
 * Loopback stand-ins for the far side of each channel: the real client libraries talk to them over real sockets.
 *
 * @packageDocumentation
 */

export { startBlueBubblesEmulator } from './bluebubbles/emulator.ts'
export type { BlueBubblesFault, BlueBubblesFaultEffect } from './bluebubbles/faults.ts'
export {
  type BlueBubblesMessage,
  type BlueBubblesPerson,
  imessageHandleOf,
  type MessageChanges,
} from './bluebubbles/messages.ts'
export type {
  BlueBubblesCall,
  BlueBubblesEmulator,
  BlueBubblesEmulatorOptions,
  BlueBubblesSent,
  BlueBubblesWebhook,
} from './bluebubbles/types.ts'
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
export { startImsgEmulator } from './imsg/emulator.ts'
export type { ImsgFault, ImsgFaultEffect } from './imsg/faults.ts'
export {
  type ImsgMessage,
  type ImsgPerson,
  imsgChatOf,
  imsgNumberOf,
} from './imsg/people.ts'
export type {
  ImsgCall,
  ImsgChild,
  ImsgEmulator,
  ImsgEmulatorOptions,
  ImsgPermission,
  ImsgSent,
} from './imsg/types.ts'
export {
  type SignalCli,
  type SignalCliOptions,
  type SignalCliStart,
  startSignalCli,
} from './signal/cli.ts'
export type { SignalCliPlan } from './signal/cli-script.ts'
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
  SlackAnswered,
  SlackCall,
  SlackDisconnect,
  SlackEmulator,
  SlackEmulatorOptions,
  SlackEnvelope,
  SlackFault,
  SlackPost,
  SlackSentMessage,
  SlackSigning,
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
export { startWhatsappEmulator } from './whatsapp/emulator.ts'
export type { WhatsappFault, WhatsappFaultEffect } from './whatsapp/faults.ts'
export {
  type MetaJson,
  type WhatsappPerson,
  whatsappBsuidOf,
  whatsappNumberOf,
} from './whatsapp/people.ts'
export type {
  WhatsappCall,
  WhatsappDelivery,
  WhatsappEmulator,
  WhatsappEmulatorOptions,
  WhatsappSent,
  WhatsappWritten,
} from './whatsapp/types.ts'
export { metaSignature } from './whatsapp/webhooks.ts'
export { startWaEmulator } from './whatsapp-web/emulator.ts'
export { waJidOf, waLidOf, waMessage, waNumberOf } from './whatsapp-web/people.ts'
export type {
  WaEmulator,
  WaEmulatorOptions,
  WaMessage,
  WaSendMode,
  WaSent,
  WaWriting,
} from './whatsapp-web/types.ts'
