import { OpenClawError } from '@openclaw/pairing-contracts'

/** A record of the store that no version of this package wrote. Holds no value of it. */
export class MalformedNotice extends OpenClawError {
  override readonly name = 'MalformedNotice'
  override readonly code = 'ERR_OWNER_NOTICE_MALFORMED'
  readonly collection: string
  readonly field: string

  constructor(collection: string, field: string) {
    super(`a record of ${collection} has no proper "${field}"`, {
      hint: 'Run openclaw doctor: it says what can be done about the state directory.',
    })
    this.collection = collection
    this.field = field
  }
}

/** Everything that this package throws on purpose. */
export type OwnerNoticesError = MalformedNotice
