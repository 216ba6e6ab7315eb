import type { AbortSignalLike } from '@openclaw/pairing-contracts'

const waiting = new WeakMap<AbortSignalLike, Shared>()

interface Shared {
  readonly acts: Set<() => void>
  readonly leave: () => void
}

/**
 * Calls `act` when `signal` aborts, unless what this returns is called before. However many wait for one signal, it has one
 * listener: a hundred sends under way are no leak, of which Node would warn.
 */
export function whenAborted(signal: AbortSignalLike, act: () => void): () => void {
  const shared = waiting.get(signal) ?? listen(signal)
  shared.acts.add(act)
  return () => {
    shared.acts.delete(act)
    if (shared.acts.size > 0 || waiting.get(signal) !== shared) return
    shared.leave()
  }
}

function listen(signal: AbortSignalLike): Shared {
  const acts = new Set<() => void>()
  const aborted = (): void => {
    leave()
    for (const act of [...acts]) act()
  }
  const leave = (): void => {
    waiting.delete(signal)
    signal.removeEventListener('abort', aborted)
  }
  const shared = { acts, leave }
  waiting.set(signal, shared)
  signal.addEventListener('abort', aborted)
  return shared
}
