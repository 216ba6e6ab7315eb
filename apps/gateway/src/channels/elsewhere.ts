import type {
  AccountId,
  ChannelAddress,
  ChannelName,
  Json,
  Replicas,
} from '@openclaw/pairing-contracts'
import type { Sending } from '@openclaw/pairing-owner-notices'
import { OTHERS_KNOWN_MS } from '../limits.ts'

/** Accounts that other gateways look after. */
export interface Elsewhere {
  /** Whether one that lives looks after it, as far as is known. */
  readonly has: (address: ChannelAddress) => boolean
  readonly sendsOf: (address: ChannelAddress) => Sending | undefined
  readonly accountsOf: (channel: ChannelName) => readonly AccountId[]
}

const KEY = 'channel-accounts'

/** Nobody writes through it here: whoever has it does. */
const NOT_HERE: Sending = {
  send: async () => ({ outcome: 'failed', reason: 'another gateway has this account' }),
  isReady: () => false,
}

/**
 * Tells the other gateways which accounts this one has, and knows theirs: what one of them can send is not given up as impossible
 * here. Before they can be known, they may have any.
 */
export function accountsElsewhere(
  replicas: Pick<Replicas, 'note' | 'noted'>,
  own: readonly ChannelAddress[],
  now: () => number,
): Elsewhere {
  const begun = now()
  replicas.note(
    KEY,
    own.map(({ channel, account }) => [channel, account]),
  )
  const known = (): readonly ChannelAddress[] =>
    replicas.noted(KEY).flatMap(({ value }) => addressesIn(value))
  const isEarly = (): boolean => now() - begun < OTHERS_KNOWN_MS
  const has: Elsewhere['has'] = ({ channel, account }) =>
    known().some((each) => each.channel === channel && each.account === account)
  return {
    has,
    sendsOf: (address) => (has(address) || isEarly() ? NOT_HERE : undefined),
    accountsOf: (channel) => {
      const theirs = known().filter((each) => each.channel === channel)
      if (theirs.length === 0 && isEarly()) return [ANY]
      return theirs.map(({ account }) => account)
    },
  }
}

const ANY = 'default' as AccountId

function addressesIn(value: Json): readonly ChannelAddress[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((each) => {
    const [channel, account] = Array.isArray(each) ? each : []
    const isOne = typeof channel === 'string' && typeof account === 'string'
    return isOne ? [{ channel: channel as ChannelName, account: account as AccountId }] : []
  })
}
