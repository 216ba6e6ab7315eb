import {
  isOpenClawError,
  type Json,
  type ReplicaId,
  type Replicas,
} from '@openclaw/pairing-contracts'
import { INQUIRY_MS, MAX_PENDING_INVOKES, PASSING_MS } from '../limits.ts'
import { notSent } from '../nodes/not-sent.ts'
import type { Order } from '../nodes/order.ts'
import type { Called } from '../nodes/replays.ts'
import { unavailableFor } from '../unavailable.ts'
import { decodeCalled, encodeOrder, KINDS, type Known, type Passed } from './words.ts'

/** Has other gateways make calls. */
export interface Passing {
  /** Never rejects. */
  readonly pass: (order: Order, to: ReplicaId) => Promise<Passed>
  /** Answers all that wait with `shutdown`; what was asked goes on elsewhere. */
  readonly drop: () => void
}

/** Nothing was passed on yet. */
export function passing(replicas: Replicas): Passing {
  const waiting = new Set<(said: Called) => void>()
  return {
    pass: (order, to) => {
      if (waiting.size >= MAX_PENDING_INVOKES) {
        return Promise.resolve(notSent('RATE_LIMITED', { retryAfterMs: 1_000 }))
      }
      return new Promise((resolve) => {
        const settle = (said: Passed): void => {
          waiting.delete(settle)
          resolve(said)
        }
        waiting.add(settle)
        void passed(replicas, order, to).then(settle)
      })
    },
    drop: () => {
      for (const settle of [...waiting]) settle({ kind: 'shutdown' })
    },
  }
}

async function passed(replicas: Replicas, order: Order, to: ReplicaId): Promise<Passed> {
  const withinMs = order.timeoutMs + PASSING_MS
  try {
    const said = await replicas.ask(to, KINDS.invoke, encodeOrder(order), withinMs)
    return said === 'absent' ? said : atItsEnd(decodeCalled(said))
  } catch (error) {
    return afterAll(error)
  }
}

/** The other gateway stops, or speaks otherwise than this one. Here nothing stops: the node may be asked again, elsewhere. */
function atItsEnd(said: Called | undefined): Called {
  if (said === undefined) return NO_ANSWER
  return said.kind === 'shutdown' ? { kind: 'gone' } : said
}

const NO_ANSWER = notSent('NOT_CONNECTED', {
  about: 'the gateway that has the node gave no answer',
})

/** What is honest when no answer came. What is not kept here is remembered there, where it was done. */
function afterAll(error: unknown): Called {
  switch (isOpenClawError(error) ? error.code : '') {
    case 'ERR_REPLICA_GONE':
      return { kind: 'gone' }
    case 'ERR_REPLICA_LATE':
      return { kind: 'timeout' }
    case 'ERR_REPLICA_BUSY':
      return notSent('RATE_LIMITED', { retryAfterMs: 1_000 })
    case 'ERR_REPLICA_TOO_LARGE':
      return { kind: 'failed', failure: { message: 'what it answered cannot be passed on' } }
    case 'ERR_REPLICA_FAILED':
      return NO_ANSWER
    default:
      return notSent('STORE_UNAVAILABLE', unavailableFor(error))
  }
}

/**
 * Asks all other gateways what they know of a call. Where one cannot be asked in time it may have been made, so it is not made
 * again: it can be asked for once more. Of two that ask each other, the one with the smaller id goes on.
 */
export async function inquire(replicas: Replicas, order: Order): Promise<Called | undefined> {
  const others = replicas.others()
  const answers = await Promise.all(
    others.map(async (to) => ({ to, known: await known(replicas, order, to) })),
  )
  const said = answers.map((each) => each.known).find(isCalled)
  if (said !== undefined) return said
  const isOpen = answers.some(
    (each) => each.known === 'late' || (each.known === 'undecided' && each.to < replicas.id),
  )
  return isOpen ? notSent('NODE_TIMEOUT', { about: UNDECIDED }) : undefined
}

const UNDECIDED = 'whether another gateway asked it is not known: try again'

function isCalled(known: Known | 'late'): known is Called {
  return typeof known === 'object'
}

/** Who is gone has forgotten what it did. */
async function known(replicas: Replicas, { id }: Order, to: ReplicaId): Promise<Known | 'late'> {
  try {
    return decodeKnown(await replicas.ask(to, KINDS.known, { ...id }, INQUIRY_MS))
  } catch (error) {
    const code = isOpenClawError(error) ? error.code : ''
    if (code === 'ERR_REPLICA_TOO_LARGE') return { kind: 'forgotten' }
    return code === 'ERR_REPLICA_GONE' || code === 'ERR_REPLICA_FAILED' ? 'unknown' : 'late'
  }
}

function decodeKnown(said: Json): Known {
  if (said === 'undecided') return said
  return decodeCalled(said) ?? 'unknown'
}
