import type { Clock } from '@openclaw/pairing-contracts'
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

/** Remembers calls, so that each is made once. */
export interface Replays {
  /**
   * Makes a call unless it was made before, then tells what became of it, also to whoever asks while it is under way.
   *
   * @param key - who calls, and their idempotency key
   * @param fingerprint - what is called; another one under the same key is a conflict
   */
  readonly once: (
    key: string,
    fingerprint: string,
    call: () => Promise<InvokeOutcome>,
  ) => Promise<Replayed>
  /** Whether the key stands for a call already. */
  readonly knows: (key: string) => boolean
  readonly size: () => number
}

interface Running {
  readonly fingerprint: string
  readonly outcome: Promise<InvokeOutcome>
}

/** Remembers for {@link REPLAY_TTL_MS} after the end of a call, and at most {@link MAX_REPLAYS}: then the oldest are forgotten. */
export function replays(clock: Clock): Replays {
  const running = new Map<string, Running>()
  const ended = endedCalls(clock)

  const find = (key: string) => {
    ended.purge(MAX_REPLAYS - running.size)
    return running.get(key) ?? ended.get(key)
  }
  return {
    knows: (key) => find(key) !== undefined,
    size: () => running.size + ended.size(),
    once: async (key, fingerprint, call) => {
      const known = find(key)
      if (known !== undefined) {
        return known.fingerprint === fingerprint ? known.outcome : { kind: 'conflict' }
      }
      if (running.size >= MAX_REPLAYS) return { kind: 'full' }
      const outcome = call().then((said) => {
        running.delete(key)
        ended.purge(MAX_REPLAYS - running.size - 1)
        ended.keep(key, fingerprint, said)
        return said
      })
      running.set(key, { fingerprint, outcome })
      return outcome
    },
  }
}

interface Ended {
  readonly fingerprint: string
  readonly at: number
  outcome: InvokeOutcome | { readonly kind: 'forgotten' }
  chars: number
}

/** Calls that are over, in the order of their ends. */
interface EndedCalls {
  readonly get: (key: string) => Ended | undefined
  readonly keep: (key: string, fingerprint: string, outcome: InvokeOutcome) => void
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
