import type { Clock, ReplicaId } from '@openclaw/pairing-contracts'
import type { ErrorDetailCode, ErrorFacts } from '@openclaw/pairing-protocol'
import { MAX_REPLAY_CHARS, MAX_REPLAYS, REPLAY_TTL_MS } from '../limits.ts'
import type { InvokeOutcome } from './pending.ts'

/** What became of a call with an idempotency key. */
export type Replayed =
  | InvokeOutcome
  /** It was done before; what it said is no longer kept. */
  | { readonly kind: 'forgotten' }
  /** The key stands for another call. */
  | { readonly kind: 'conflict' }
  /** As many calls are under way as may be remembered. */
  | { readonly kind: 'full' }

/** Why a command is not sent; the key is free again. */
export interface NotSent {
  readonly kind: 'not-sent'
  readonly code: ErrorDetailCode
  readonly facts: ErrorFacts
}

/** What a caller gets. */
export type Called = Replayed | NotSent

/** What makes two calls the same one. */
export interface CallId {
  /** Who calls, and their idempotency key. */
  readonly key: string
  /** What is called; another one under the same key is a conflict. */
  readonly fingerprint: string
}

/** How far a call is: other gateways are asked whether they made it, one of them makes it, or it is made here. */
export type Stage = 'inquiring' | { readonly to: ReplicaId } | 'here'

/** A call that is remembered. */
export interface Remembered {
  readonly fingerprint: string
  /** `undefined` when it is over. */
  readonly stage: Stage | undefined
  readonly outcome: Promise<Called>
}

/** Makes a call; says how far it is, `here` unless told otherwise. */
export type MakeCall = (enter: (stage: Stage) => void) => Promise<Called>

/** Remembers calls, so that each is made once. */
export interface Replays {
  /** Makes a call unless it was made before, then tells what became of it, also to whoever asks while it is under way. */
  readonly once: (id: CallId, call: MakeCall) => Promise<Called>
  /** What became of a call, or will; `undefined` when the key stands for none yet. */
  readonly recall: (id: CallId) => Promise<Called> | undefined
  /** What the key stands for. */
  readonly find: (key: string) => Remembered | undefined
  readonly size: () => number
}

interface Running {
  readonly fingerprint: string
  readonly outcome: Promise<Called>
  stage: Stage
}

/** Remembers for {@link REPLAY_TTL_MS} after the end of a call, and at most {@link MAX_REPLAYS}: then the oldest are forgotten. */
export function replays(clock: Clock): Replays {
  const running = new Map<string, Running>()
  const ended = endedCalls(clock)
  const making = makingWith(running, ended)

  const find = (key: string): Remembered | undefined => {
    ended.purge(MAX_REPLAYS - running.size)
    const call = running.get(key)
    if (call !== undefined) return call
    const over = ended.get(key)
    if (over === undefined) return undefined
    const { fingerprint, outcome } = over
    return { fingerprint, stage: undefined, outcome: Promise.resolve(outcome) }
  }
  const recall = ({ key, fingerprint }: CallId): Promise<Called> | undefined => {
    const known = find(key)
    if (known === undefined || known.fingerprint === fingerprint) return known?.outcome
    return Promise.resolve({ kind: 'conflict' })
  }
  return {
    find,
    recall,
    size: () => running.size + ended.size(),
    once: async (id, call) => {
      const known = recall(id)
      if (known !== undefined) return known
      if (running.size >= MAX_REPLAYS) return { kind: 'full' }
      const { key, fingerprint } = id
      let settle: (said: Promise<Called>) => void = () => undefined
      const outcome = new Promise<Called>((resolve) => {
        settle = resolve
      })
      const made: Running = { fingerprint, stage: 'here', outcome }
      running.set(key, made)
      settle(making(id, made, call))
      return outcome
    },
  }
}

/** Makes a call, and keeps what became of it. */
function makingWith(running: Map<string, Running>, ended: EndedCalls) {
  return async ({ key, fingerprint }: CallId, made: Running, call: MakeCall): Promise<Called> => {
    let said: Called | undefined
    try {
      said = await call((stage) => {
        made.stage = stage
      })
      return said
    } finally {
      running.delete(key)
      ended.purge(MAX_REPLAYS - running.size - 1)
      if (said !== undefined && isKept(said)) ended.keep(key, fingerprint, said)
    }
  }
}

type Kept = InvokeOutcome | { readonly kind: 'forgotten' }

/** What was not asked of a node leaves nothing behind. */
function isKept(said: Called): said is Kept {
  return said.kind !== 'not-sent' && said.kind !== 'conflict' && said.kind !== 'full'
}

interface Ended {
  readonly fingerprint: string
  readonly at: number
  outcome: Kept
  chars: number
}

/** Calls that are over, in the order of their ends. */
interface EndedCalls {
  readonly get: (key: string) => Ended | undefined
  readonly keep: (key: string, fingerprint: string, outcome: Kept) => void
  /** Forgets what is over its time, and the oldest beyond `max`. */
  readonly purge: (max: number) => void
  readonly size: () => number
}

function endedCalls(clock: Clock): EndedCalls {
  const calls = new Map<string, Ended>()
  let chars = 0

  /** The oldest lose what they said, not that they were made. */
  const shrink = () => {
    for (const call of calls.values()) {
      if (chars <= MAX_REPLAY_CHARS) return
      chars -= call.chars
      call.chars = 0
      if (call.outcome.kind === 'done') call.outcome = { kind: 'forgotten' }
    }
  }
  return {
    get: (key) => calls.get(key),
    size: () => calls.size,
    keep: (key, fingerprint, outcome) => {
      const size = outcome.kind === 'done' ? (outcome.payloadJSON?.length ?? 0) : 0
      calls.set(key, { fingerprint, outcome, at: clock.now(), chars: size })
      chars += size
      shrink()
    },
    purge: (max) => {
      const now = clock.now()
      for (const [key, call] of calls) {
        if (Math.abs(now - call.at) < REPLAY_TTL_MS && calls.size <= max) return
        calls.delete(key)
        chars -= call.chars
      }
    },
  }
}
