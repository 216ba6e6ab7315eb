/**
 * What an owner writes in chat to pair a device: `/pair`, and the approval of exactly what was shown there.
 *
 * @packageDocumentation
 */
export { type CardRequest, deviceCard, deviceName, isShownWhole } from './device-card.ts'
export { MalformedShownRecord, type OwnerChatError } from './errors.ts'
export { ownerCommands } from './owner-commands.ts'
export { quoted } from './quoted.ts'
export type { ShownItem, ShownTime } from './shown-collection.ts'
export { type ChatOwner, type ShownCard, type ShownMemory, shownMemory } from './shown-memory.ts'
export type {
  MadeCode,
  NoCode,
  OwnerCommandsComponents,
  OwnerCommandsOptions,
} from './types.ts'
