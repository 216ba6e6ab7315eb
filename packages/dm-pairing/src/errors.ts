import { OpenClawError } from '@openclaw/pairing-contracts'
import { MAX_GRANT_MS, MAX_OWNERS, MAX_TEMPLATE, MIN_GRANT_MS } from './limits.ts'

/** No channel of this name is known here. */
export class UnknownChannel extends OpenClawError {
  override readonly name = 'UnknownChannel'
  override readonly code = 'ERR_DM_CHANNEL_UNKNOWN'
  readonly channel: string
  constructor(channel: string) {
    super(`there is no channel ${JSON.stringify(channel.slice(0, 64))}`, {
      hint: 'Use the name of a channel that this program was built with, such as telegram.',
    })
    this.channel = channel
  }
}

/** The account id breaks its rule, so it could share a key or a file with another. */
export class InvalidAccount extends OpenClawError {
  override readonly name = 'InvalidAccount'
  override readonly code = 'ERR_DM_ACCOUNT_INVALID'
  constructor(account: string) {
    super(`${JSON.stringify(account.slice(0, 64))} is no account id`, {
      hint: 'Use 1-64 of a-z, 0-9, _ and -, beginning with a letter or digit.',
    })
  }
}

/** The sender id breaks its rule. */
export class InvalidSender extends OpenClawError {
  override readonly name = 'InvalidSender'
  override readonly code = 'ERR_DM_SENDER_INVALID'
  constructor(why: string) {
    super(`not a sender id: ${why}`, { hint: 'Use 1-256 printable characters, never "*".' })
  }
}

/** A grant would end too soon or too late. */
export class ExpiryOutOfRange extends OpenClawError {
  override readonly name = 'ExpiryOutOfRange'
  override readonly code = 'ERR_DM_EXPIRY_RANGE'
  constructor() {
    super(
      `a grant ends after ${String(MIN_GRANT_MS)} to ${String(MAX_GRANT_MS)} whole milliseconds`,
      { hint: 'Choose from one minute to ten years, or leave the expiry out.' },
    )
  }
}

/** As many owners as the store takes. */
export class TooManyOwners extends OpenClawError {
  override readonly name = 'TooManyOwners'
  override readonly code = 'ERR_DM_OWNERS_FULL'
  constructor() {
    super(`there are ${String(MAX_OWNERS)} owners already, which is as many as there may be`, {
      hint: 'Remove one who decides no more: openclaw owner list, openclaw owner remove',
    })
  }
}

/** The reply template cannot be used. */
export class InvalidReplyTemplate extends OpenClawError {
  override readonly name = 'InvalidReplyTemplate'
  override readonly code = 'ERR_DM_REPLY_TEMPLATE'
  constructor(why: string) {
    super(`the reply template ${why}`, {
      hint: `Use {code}, {idLine}, {approveCommand} and {minutes}, and at most ${String(MAX_TEMPLATE)} characters.`,
    })
  }
}

/** A record of the store has not the shape that this version writes. Holds where, never what. */
export class MalformedRecord extends OpenClawError {
  override readonly name = 'MalformedRecord'
  override readonly code = 'ERR_DM_RECORD_MALFORMED'
  constructor(collection: string, path: string) {
    super(`a record of ${collection} has no usable ${path}`, {
      hint: 'Run `openclaw doctor`; a newer version may have written it.',
    })
  }
}

/** A file of another program has not the shape that it should have. */
export class MalformedDocument extends OpenClawError {
  override readonly name = 'MalformedDocument'
  override readonly code = 'ERR_DM_DOCUMENT_MALFORMED'
  /** Where in the JSON, such as `requests[0].code`. */
  readonly path: string
  constructor(fileName: string, path: string, expected: string) {
    super(`${fileName}: ${path} should be ${expected}`, {
      hint: 'Mend the file by hand, or move it away and run `openclaw doctor`.',
    })
    this.path = path
  }
}

/** The random source gives nothing that an id can be made of. */
export class RandomSourceBroken extends OpenClawError {
  override readonly name = 'RandomSourceBroken'
  override readonly code = 'ERR_DM_RANDOM_BROKEN'
  constructor() {
    super('the random source gave no usable bytes', {
      hint: 'Restart the process, and check the RandomBytes it was given.',
    })
  }
}

/** The authority function does not let this sender ask; nothing was written. */
export class RequestRefused extends OpenClawError {
  override readonly name = 'RequestRefused'
  override readonly code = 'ERR_DM_REQUEST_REFUSED'
  constructor(why: string, fix: string) {
    super(`this sender may not ask: ${why}`, { hint: fix })
  }
}

/** Every error that this package throws by itself; the store, the codes and the channels have their own. */
export type DmPairingError =
  | ExpiryOutOfRange
  | InvalidAccount
  | InvalidReplyTemplate
  | InvalidSender
  | MalformedDocument
  | MalformedRecord
  | RandomSourceBroken
  | RequestRefused
  | TooManyOwners
  | UnknownChannel
