/**
 * The built-in web chat as a pairing channel.
 *
 * @packageDocumentation
 */
export { classifyWebchat, type WebchatEvent } from './classify.ts'
export { isWebchatId, parseWebchatId, webchatDefinition } from './definition.ts'
export {
  InvalidCookieKey,
  InvalidMount,
  InvalidWebchatId,
  type WebchatError,
  WebchatNotRunning,
} from './errors.ts'
export { acceptsHost, hostName, isLoopbackName } from './hosts.ts'
export type {
  RequestOrigin,
  SaidElsewhere,
  VisitorState,
  Webchat,
  WebchatComponents,
  WebchatFigures,
  WebchatOptions,
  WebchatPeople,
} from './types.ts'
export { webchat } from './webchat.ts'
