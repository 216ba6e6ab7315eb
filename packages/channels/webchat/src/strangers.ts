import type { Clock, SenderId } from '@openclaw/pairing-contracts'
import {
  HOUR_MS,
  LIMITER_KEYS,
  REQUESTS_PER_ADDRESS_PER_HOUR,
  STRANGERS_WAITING,
} from './limits.ts'
import { addressPending, addressRequests, tooFast } from './refusals.ts'
import type { Refusal } from './respond.ts'
import { turns } from './turns.ts'
import type { VisitorState, WebchatPeople } from './types.ts'

/** Requests of one address that are remembered; some of them may have been approved. */
const ASKED_KEPT = 4 * REQUESTS_PER_ADDRESS_PER_HOUR

interface Asked {
  readonly senderId: SenderId
  readonly at: number
}

/** Whoever writes without being known, and where from. */
export interface Stranger {
  readonly senderId: SenderId
  readonly address: string
}

/** What became of a message that was taken. */
export interface Taken {
  /** True when the gate let it through. */
  readonly passedOn: boolean
}

/** Hands a message to the gate; told how its writer stands before. */
export type HandOver = (state: VisitorState['state']) => Promise<Taken>

/** Keeps one address from filling the list of requests by clearing its cookie again and again. */
export interface Strangers {
  /**
   * Runs `handOver` when the writer is no stranger or their address may cause one more request; strangers of one
   * address take turns.
   */
  readonly admit: (stranger: Stranger, handOver: HandOver) => Promise<Refusal | Taken>
}

/** What {@link strangers} counts by. */
export interface StrangersComponents {
  readonly clock: Clock
  readonly people: WebchatPeople
  readonly pendingPerAddress: () => number
}

/** Nobody has asked yet. What is pending is asked of the store, so a restart does not begin at zero. */
export function strangers(components: StrangersComponents): Strangers {
  const turn = turns(STRANGERS_WAITING)
  const asked = askedLog(components.clock)
  const stateOf = (senderId: SenderId) => components.people.stateOf(senderId)
  const inTheirTurn = async (stranger: Stranger, handOver: HandOver): Promise<Turn> => {
    const { state } = await stateOf(stranger.senderId)
    // An agent may take minutes; nobody behind this one should wait for it.
    if (state === 'allowed') return 'not-a-stranger'
    if (state === 'none') {
      const refusal = await refusalOf(components, stranger.address, asked.of(stranger.address))
      if (refusal !== undefined) {
        components.people.turnedAway()
        return refusal
      }
    }
    const taken = await handOver(state)
    const after = await stateOf(stranger.senderId)
    if (state === 'none' && after.state === 'pending') asked.add(stranger)
    return taken
  }
  return {
    admit: async (stranger, handOver) => {
      // Who is allowed does not wait for the strangers of a shared address, however many they are.
      const before = await stateOf(stranger.senderId)
      const result =
        before.state === 'allowed'
          ? 'not-a-stranger'
          : await (turn(stranger.address, () => inTheirTurn(stranger, handOver)) ?? tooFast(5_000))
      return result === 'not-a-stranger' ? handOver('allowed') : result
    },
  }
}

type Turn = Refusal | Taken | 'not-a-stranger'

/** Who made a request from where in the last hour; bounded, oldest forgotten first. */
function askedLog(clock: Clock) {
  const byAddress = new Map<string, readonly Asked[]>()
  const of = (address: string): readonly Asked[] =>
    (byAddress.get(address) ?? []).filter(({ at }) => clock.now() - at < HOUR_MS)
  return {
    of,
    add: ({ address, senderId }: Stranger): void => {
      const others = of(address).filter((each) => each.senderId !== senderId)
      byAddress.delete(address)
      byAddress.set(address, [...others, { senderId, at: clock.now() }].slice(-ASKED_KEPT))
      const [oldest] = byAddress.keys()
      if (byAddress.size > LIMITER_KEYS && oldest !== undefined) byAddress.delete(oldest)
    },
  }
}

async function refusalOf(
  { clock, people, pendingPerAddress }: StrangersComponents,
  address: string,
  asked: readonly Asked[],
): Promise<Refusal | undefined> {
  if ((await people.pendingFrom(address)) >= pendingPerAddress()) return addressPending(10 * 60_000)
  const states = await Promise.all(asked.map(({ senderId }) => people.stateOf(senderId)))
  const counted = asked.filter((_, index) => states[index]?.state !== 'allowed')
  const [oldest] = counted
  if (oldest === undefined || counted.length < REQUESTS_PER_ADDRESS_PER_HOUR) return undefined
  return addressRequests(oldest.at + HOUR_MS - clock.now())
}
