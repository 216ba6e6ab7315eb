import type { AccountId, Collection, EpochMs } from '@openclaw/pairing-contracts'
import { compact, readFields } from './fields.ts'
import type { NoticeStateName, OwnerPlace, Waiting } from './types.ts'

/** What became of telling an owner about a request. Key: `channel/senderId/requestId`. */
export interface NoticeRecord {
  readonly about: Waiting['about']
  readonly state: NoticeStateName
  readonly account: AccountId
  readonly replyTo: string
  /** Names the message; the same for all requests that one line stands for, and for every try. */
  readonly batch: string
  /** `fold`: one line that stands for all requests of its batch. */
  readonly kind: 'single' | 'fold'
  readonly tries: number
  readonly createdAt: EpochMs
  /** When it was claimed last. */
  readonly claimedAt: EpochMs
  /** When it came to this state. */
  readonly at: EpochMs
  /** While it is due again: when it may be tried. */
  readonly retryAt?: EpochMs
  readonly reason?: string
}

const STATES: readonly NoticeStateName[] = [
  'due',
  'sending',
  'sent',
  'failed',
  'unknown',
  'unsupported',
  'over',
]

/** What owners were told. */
export const NOTICES: Collection<NoticeRecord> = {
  name: 'owner.notices',
  encode: compact,
  decode: (value) => {
    const fields = readFields('owner.notices', value)
    const retryAt = fields.maybeTime('retryAt')
    const reason = fields.maybeText('reason')
    return {
      about: fields.oneOf('about', ['person', 'device']),
      state: fields.oneOf('state', STATES),
      account: fields.text('account') as AccountId,
      replyTo: fields.text('replyTo'),
      batch: fields.text('batch'),
      kind: fields.oneOf('kind', ['single', 'fold']),
      tries: fields.count('tries'),
      createdAt: fields.time('createdAt'),
      claimedAt: fields.time('claimedAt'),
      at: fields.time('at'),
      ...(retryAt !== undefined && { retryAt }),
      ...(reason !== undefined && { reason }),
    }
  },
}

/** Where an owner wrote last. Key: `channel/senderId`. */
export const PLACES: Collection<Omit<OwnerPlace, 'channel'>> = {
  name: 'owner.places',
  encode: compact,
  decode: (value) => {
    const fields = readFields('owner.places', value)
    return {
      account: fields.text('account') as AccountId,
      replyTo: fields.text('replyTo'),
      at: fields.time('at'),
    }
  },
}
