/**
 * iMessage as a pairing channel: who is a sender, and connections through a BlueBubbles server or imsg.
 *
 * @packageDocumentation
 */
export { classifyBlueBubbles } from './classify.ts'
export { IMESSAGE, imessageAddress, imessageDefinition } from './definition.ts'
export { type ImessageError, InvalidImessageSender, type SenderProblem } from './errors.ts'
export { handleOf, parseImessageSender } from './handle.ts'
