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

interface Settled {
  readonly fingerprint: string
  outcome: InvokeOutcome | { readonly kind: 'forgotten' }
  readonly at: number
  chars: number
}

/** Remembers for {@link REPLAY_TTL_MS} after the end of a call, and at most {@link MAX_REPLAYS}: then the oldest are forgotten. */
export function replays(clock: Clock): Replays {
  const running = new Map<string, Running>()
  const settled = new Map<string, Settled>()
  let chars = 0

  const drop = (key: string, entry: Settled) => {
    settled.delete(key)
    chars -= entry.chars
  }
  const purge = (room: number) => {
    const now = clock.now()
    for (const [key, entry] of settled) {
      const isOver = Math.abs(now - entry.at) >= REPLAY_TTL_MS
      if (!isOver && running.size + settled.size + room <= MAX_REPLAYS) break
      drop(key, entry)
    }
  }
  const shrink = () => {
    for (const entry of settled.values()) {
      if (chars <= MAX_REPLAY_CHARS) return
      chars -= entry.chars
      entry.chars = 0
      if (entry.outcome.kind === 'done') entry.outcome = { kind: 'forgotten' }
    }
  }
  const keep = (key: string, fingerprint: string, outcome: InvokeOutcome) => {
    running.delete(key)
    purge(1)
    const size = outcome.kind === 'done' ? (outcome.payloadJSON?.length ?? 0) : 0
    settled.set(key, { fingerprint, outcome, at: clock.now(), chars: size })
    chars += size
    shrink()
    return outcome
  }

  return {
    knows: (key) => {
      purge(0)
      return running.has(key) || settled.has(key)
    },
    size: () => running.size + settled.size,
    once: async (key, fingerprint, call) => {
      purge(0)
      const known = running.get(key) ?? settled.get(key)
      if (known !== undefined) {
        return known.fingerprint === fingerprint ? known.outcome : { kind: 'conflict' }
      }
      if (running.size >= MAX_REPLAYS) return { kind: 'full' }
      const outcome = call().then((ended) => keep(key, fingerprint, ended))
      running.set(key, { fingerprint, outcome })
      return outcome
    },
  }
}
