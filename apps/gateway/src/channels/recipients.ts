import type {
  ChannelAddress,
  EpochMs,
  InboundDm,
  SenderId,
  SendOutcome,
} from '@openclaw/pairing-contracts'
import { KNOWN_PLACES, UNREACHABLE_SHOWN } from '../limits.ts'

/** Somebody who could not be written to, for good: the platform refused. */
export interface Unreachable {
  /** Where it was to go, in the channel's own terms. */
  readonly to: string
  /** Who that is, where they wrote since the start. */
  readonly senderId?: SenderId
  readonly reason: string
  /** How often, and when last. */
  readonly count: number
  readonly at: EpochMs
}

/** Who could not be written to lately, per account; bounded, and forgotten with the process. */
export interface Recipients {
  readonly met: (inbound: InboundDm) => void
  /** Whoever is written to after all is taken off. */
  readonly wrote: (address: ChannelAddress, to: string, outcome: SendOutcome) => void
  /** The newest first. */
  readonly of: (address: ChannelAddress) => readonly Unreachable[]
  /** Another gateway writes to its people now, and knows. */
  readonly forget: (address: ChannelAddress) => void
}

interface Account {
  readonly refused: Map<string, Unreachable>
  readonly known: Map<string, SenderId>
}

/** Nobody yet. */
export function recipients(now: () => EpochMs): Recipients {
  const accounts = new Map<string, Account>()
  const at = ({ channel, account }: ChannelAddress): Account => {
    const key = `${channel} ${account}`
    const found = accounts.get(key) ?? { refused: new Map(), known: new Map() }
    accounts.set(key, found)
    return found
  }
  return {
    met: (inbound) => newest(at(inbound).known, [inbound.replyTo, inbound.senderId], KNOWN_PLACES),
    wrote: (address, to, outcome) => {
      const { refused, known } = at(address)
      if (outcome.outcome === 'sent') refused.delete(to)
      if (outcome.outcome !== 'refused') return
      const senderId = known.get(to)
      const count = (refused.get(to)?.count ?? 0) + 1
      const found = { to, ...(senderId && { senderId }), reason: outcome.reason, count, at: now() }
      newest(refused, [to, found], UNREACHABLE_SHOWN)
    },
    of: (address) => [...at(address).refused.values()].reverse(),
    forget: ({ channel, account }) => void accounts.delete(`${channel} ${account}`),
  }
}

/** The one that was touched longest ago makes way. */
function newest<T>(map: Map<string, T>, [key, value]: readonly [string, T], most: number): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}
