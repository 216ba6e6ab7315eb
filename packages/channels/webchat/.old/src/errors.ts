import { OpenClawError } from '@openclaw/pairing-contracts'

/** The text is not the id of a web chat visitor. */
export class InvalidWebchatId extends OpenClawError {
  override readonly name = 'InvalidWebchatId'
  override readonly code = 'ERR_WEBCHAT_ID_INVALID'

  constructor() {
    super('a web chat id is "web-" and 32 of 0-9 and a-f', {
      hint: 'copy the id from the list of requests or of allowed senders',
    })
  }
}

/** The web chat has stopped or has not started: the message was not taken. */
export class WebchatNotRunning extends OpenClawError {
  override readonly name = 'WebchatNotRunning'
  override readonly code = 'ERR_WEBCHAT_NOT_RUNNING'

  constructor() {
    super('the web chat is not running', { hint: 'send the message again in a moment' })
  }
}

/** `mount` is not a path that the web chat can live below. */
export class InvalidMount extends OpenClawError {
  override readonly name = 'InvalidMount'
  override readonly code = 'ERR_WEBCHAT_MOUNT_INVALID'

  constructor() {
    super('the mount of the web chat is not a plain absolute path', {
      hint: 'use something like "/chat": letters, digits, "-" and "_", no slash at the end',
    })
  }
}

/** Every error of this package. */
export type WebchatError = InvalidWebchatId | WebchatNotRunning | InvalidMount
