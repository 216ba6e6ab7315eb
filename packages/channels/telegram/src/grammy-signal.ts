import { within as bounded } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import type { Api } from 'grammy'

/** grammY's name for an abort signal; the platform's own has all of it that is used. */
export type GrammySignal = NonNullable<Parameters<Api['getMe']>[0]>

/** Runs one call of grammY with a signal that aborts after `ms`, and when `stop` does. */
export function within<T>(
  ms: number,
  stop: AbortSignalLike | undefined,
  work: (signal: GrammySignal) => Promise<T>,
): Promise<T> {
  return bounded(ms, stop, (signal) => work(signal as unknown as GrammySignal))
}
