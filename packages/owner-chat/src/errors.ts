import { OpenClawError } from '@openclaw/pairing-contracts'

/** A record of what was shown in a chat has not the shape that this version writes. */
export class MalformedShownRecord extends OpenClawError {
  override readonly name = 'MalformedShownRecord'
  override readonly code = 'ERR_OWNER_CHAT_RECORD'
  constructor() {
    super('a record of owner.shown has not the shape that this version writes', {
      hint: 'Run openclaw doctor.',
    })
  }
}

/** Every error of this package. */
export type OwnerChatError = MalformedShownRecord
