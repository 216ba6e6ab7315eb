/**
 * WhatsApp as a pairing channel: what a sender id is, what is a direct message, and two transports, the Cloud API and a linked device.
 *
 * @packageDocumentation
 */
export { classifyCloud } from './classify.ts'
export {
  parseWhatsappSender,
  WHATSAPP,
  whatsappAddress,
  whatsappDefinition,
} from './definition.ts'
export {
  type CloudKey,
  InvalidWhatsappSender,
  type SenderProblem,
  WhatsappApiNotFound,
  WhatsappApiRootInvalid,
  type WhatsappError,
  WhatsappKeyMalformed,
  WhatsappNumberNotFound,
  WhatsappTokenRejected,
} from './errors.ts'
export { bsuidSender, isBsuid, isLid, isPhone, jidSender, lidSender, phoneSender } from './ids.ts'
export { classifyWeb, type WebEvent, type WebSelf } from './web/classify.ts'
