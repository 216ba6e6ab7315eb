import type { Actor, Collection, EpochMs, Json, SenderId } from '@openclaw/pairing-contracts'
import { decodeActor, encodeActor } from './actors.ts'
import { compact, type FieldReader, readFields } from './fields.ts'
import type { SettledRequest } from './types.ts'

/** What the owner decided about a sender. Key: `channel/account/senderId`. */
export interface SenderRecord {
  readonly state: 'allowed' | 'blocked' | 'revoked'
  readonly by: Actor
  readonly since: EpochMs
  /** When the grant ends; of `revoked` only where another program took it, so that it comes back with its end. */
  readonly expiresAt?: EpochMs
  /** The request that was approved; absent when they were let in by id. */
  readonly requestId?: string
  /** The other ids of this person; absent: none is known. Written with `putSender`, which keeps {@link ALIASES} true. */
  readonly aliases?: readonly SenderId[]
  readonly meta: Readonly<Record<string, string>>
}

/** A stranger waiting. Key: `channel/account/senderId`, so one sender waits once. */
export interface RequestRecord {
  readonly requestId: string
  readonly code: string
  readonly createdAt: EpochMs
  readonly lastSeenAt: EpochMs
  readonly expiresAt: EpochMs
  /** Where the approval is announced; absent when the request came from a file. */
  readonly replyTo?: string
  /** Other ids that the same events showed; absent: none. */
  readonly aliases?: readonly SenderId[]
  readonly meta: Readonly<Record<string, string>>
}

/** What became of a request. Key: `channel/account/requestId`. */
export interface SettledRecord {
  readonly senderId: SenderId
  readonly code: string
  readonly outcome: SettledRequest['outcome']
  readonly at: EpochMs
  readonly by: Actor
  readonly replyTo?: string
  /** As of the request. */
  readonly aliases?: readonly SenderId[]
  readonly meta: Readonly<Record<string, string>>
}

/** Whose other id this is. Key: `channel/account/alias`. */
export interface AliasRecord {
  /** The ids under which the senders' records stand that name it; most often one. */
  readonly of: readonly SenderId[]
}

/** A rejected sender, whose messages cause no request for a while. Key: `channel/account/senderId`. */
export interface RestRecord {
  readonly requestId: string
  readonly until: EpochMs
}

/** Messages turned away because enough wait already. Key: `channel/account`. */
export interface CounterRecord {
  readonly count: number
  readonly since: EpochMs
  readonly lastAt: EpochMs
}

/** Wrong codes of one actor. Key: the actor's key. */
export interface AttemptRecord {
  /** The latest wrong codes, at most as many as are allowed. */
  readonly wrong: readonly EpochMs[]
  /** How many waits there were; 0 before the first. */
  readonly level: number
  /** 0 before the first wait. */
  readonly retryAt: EpochMs
  readonly lastAt: EpochMs
}

/** That a request was decided and its sender is to be told. Key: `channel/account/senderId`. */
export interface NoticeRecord {
  /** Absent: approved. */
  readonly kind?: 'rejected'
  readonly requestId: string
  readonly replyTo: string
  readonly createdAt: EpochMs
  readonly state: 'due' | 'sending' | 'sent' | 'failed' | 'unknown' | 'unsupported'
  /** When it came to this state. */
  readonly at: EpochMs
  readonly reason?: string
}

/** What a record of a sender may say. */
export const SENDER_STATES: readonly SenderRecord['state'][] = ['allowed', 'blocked', 'revoked']

/** Who may write, who may not. */
export const SENDERS: Collection<SenderRecord> = {
  name: 'dm.senders',
  encode: (value) => compact({ ...value, by: encodeActor(value.by) }),
  decode: (value) => {
    const fields = readFields('dm.senders', value)
    return {
      state: fields.oneOf('state', SENDER_STATES),
      by: decodeActor(fields.nested('by')),
      since: fields.time('since'),
      meta: fields.texts('meta'),
      ...optional('expiresAt', fields.maybeTime('expiresAt')),
      ...optional('requestId', fields.maybeText('requestId')),
      ...otherIds(fields),
    }
  },
}

/** Whose other ids are whose. */
export const ALIASES: Collection<AliasRecord> = {
  name: 'dm.aliases',
  encode: plain,
  decode: (value) => ({
    of: (readFields('dm.aliases', value).maybeList('of') ?? []) as readonly SenderId[],
  }),
}

/** Who waits. */
export const REQUESTS: Collection<RequestRecord> = {
  name: 'dm.requests',
  encode: plain,
  decode: (value) => {
    const fields = readFields('dm.requests', value)
    return {
      requestId: fields.text('requestId'),
      code: fields.text('code'),
      createdAt: fields.time('createdAt'),
      lastSeenAt: fields.time('lastSeenAt'),
      expiresAt: fields.time('expiresAt'),
      meta: fields.texts('meta'),
      ...optional('replyTo', fields.maybeText('replyTo')),
      ...otherIds(fields),
    }
  },
}

/** What became of earlier requests. */
export const SETTLED: Collection<SettledRecord> = {
  name: 'dm.settled',
  encode: (value) => compact({ ...value, by: encodeActor(value.by) }),
  decode: (value) => {
    const fields = readFields('dm.settled', value)
    return {
      senderId: fields.text('senderId') as SenderId,
      code: fields.text('code'),
      outcome: fields.oneOf('outcome', [
        'approved',
        'rejected',
        'expired',
        'blocked',
        'superseded',
      ]),
      at: fields.time('at'),
      by: decodeActor(fields.nested('by')),
      meta: fields.texts('meta'),
      ...optional('replyTo', fields.maybeText('replyTo')),
      ...otherIds(fields),
    }
  },
}

/** Who was rejected a short while ago. */
export const RESTS: Collection<RestRecord> = {
  name: 'dm.rests',
  encode: plain,
  decode: (value) => {
    const fields = readFields('dm.rests', value)
    return { requestId: fields.text('requestId'), until: fields.time('until') }
  },
}

/** How many were turned away. */
export const COUNTERS: Collection<CounterRecord> = {
  name: 'dm.counters',
  encode: plain,
  decode: (value) => {
    const fields = readFields('dm.counters', value)
    return {
      count: fields.count('count'),
      since: fields.time('since'),
      lastAt: fields.time('lastAt'),
    }
  },
}

/** Wrong codes. */
export const ATTEMPTS: Collection<AttemptRecord> = {
  name: 'dm.attempts',
  encode: plain,
  decode: (value) => {
    const fields = readFields('dm.attempts', value)
    return {
      wrong: fields.times('wrong'),
      level: fields.count('level'),
      retryAt: fields.time('retryAt'),
      lastAt: fields.time('lastAt'),
    }
  },
}

/** Who is to be told. */
export const NOTICES_DUE: Collection<NoticeRecord> = {
  name: 'dm.notices',
  encode: plain,
  decode: (value) => {
    const fields = readFields('dm.notices', value)
    return {
      requestId: fields.text('requestId'),
      replyTo: fields.text('replyTo'),
      createdAt: fields.time('createdAt'),
      state: fields.oneOf('state', ['due', 'sending', 'sent', 'failed', 'unknown', 'unsupported']),
      at: fields.time('at'),
      ...optional('reason', fields.maybeText('reason')),
      ...(fields.maybeText('kind') === undefined
        ? {}
        : { kind: fields.oneOf('kind', ['rejected'] as const) }),
    }
  },
}

function otherIds(fields: FieldReader): { readonly aliases?: readonly SenderId[] } {
  return optional('aliases', fields.maybeList('aliases') as readonly SenderId[] | undefined)
}

function plain(value: object): Json {
  return compact(Object.fromEntries(Object.entries(value)) as Record<string, Json | undefined>)
}

function optional<Name extends string, T>(
  name: Name,
  value: T | undefined,
): { readonly [K in Name]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [K in Name]?: T }
}

/** Names of the collections that `list`, `find`, `approve` and `reject` read from views: none that grows with who was let in. */
export const WAITING_COLLECTIONS: readonly string[] = [REQUESTS.name, COUNTERS.name]
