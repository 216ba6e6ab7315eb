import type { Actor, Collection, EpochMs, SenderId } from '@openclaw/pairing-contracts'
import { decodeActor, encodeActor } from './actors.ts'
import { compact, readFields } from './fields.ts'
import { isChannelName, isSenderId } from './keys.ts'
import type { OwnerName } from './owner-types.ts'

/** That somebody was made an owner. Key: `channel/senderId`; no account. */
export interface OwnerRecord {
  readonly by: Actor
  readonly since: EpochMs
  /** What they had said of themselves by then. */
  readonly meta: Readonly<Record<string, string>>
}

/** Whom the holder of the store made an owner. Stands in no file but the journal, so that no file makes one. */
export const OWNERS: Collection<OwnerRecord> = {
  name: 'dm.owners',
  encode: (value) => compact({ ...value, by: encodeActor(value.by) }),
  decode: (value) => {
    const fields = readFields('dm.owners', value)
    return {
      by: decodeActor(fields.nested('by')),
      since: fields.time('since'),
      meta: fields.texts('meta'),
    }
  },
}

/** `channel/senderId`; a channel's name has no slash, an id may. */
export function ownerKeyOf({ channel, senderId }: OwnerName): string {
  return `${channel}/${senderId}`
}

/** Reads {@link ownerKeyOf}; `undefined` for anything else. */
export function parseOwnerKey(key: string): OwnerName | undefined {
  const slash = key.indexOf('/')
  const channel = key.slice(0, Math.max(slash, 0))
  const senderId = key.slice(slash + 1)
  return isChannelName(channel) && isSenderId(senderId)
    ? { channel, senderId: senderId as SenderId }
    : undefined
}
