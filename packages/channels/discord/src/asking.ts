import { orNothing } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import type { Answer } from './api.ts'
import type { DiscordTiming } from './limits.ts'
import type { Recovery } from './recover.ts'

/** What asking until there is an answer works with. */
export interface Asking {
  readonly recover: Recovery
  readonly signal: AbortSignalLike
  readonly timing: Pick<DiscordTiming, 'requestMs'>
}

/** Asked again until Discord answers; `undefined` when the stop came first. */
export async function answered<T>(
  { recover, signal, timing }: Asking,
  ask: () => Promise<Answer<T>>,
): Promise<T | undefined> {
  while (!signal.aborted) {
    const answer = await orNothing(ask(), 2 * timing.requestMs, signal)
    if (answer?.ok) return answer.value
    if (answer) await recover.failed(answer.failure)
  }
  return undefined
}
