import type { Json, Replicas } from '@openclaw/pairing-contracts'
import { isEachOnesOwn } from '@openclaw/pairing-session'
import { GUESSES_TOLD, GUESSES_TOLD_MS, GUESSES_WAITING, WRONG_SECRETS } from '../limits.ts'
import type { Guesses } from './guesses.ts'

/** What is guessed at; each is counted apart. */
export type GuessedAt = 'figures' | 'webhooks'

/**
 * The same count at all gateways of a store: who guesses has as many tries at all of them as at one. Whoever guesses much is told of now
 * and then, many at a time, and what is beyond the bounds counts where it was tried.
 */
export function sharedGuesses(
  own: Guesses,
  replicas: Pick<Replicas, 'tell' | 'serve'> | undefined,
  at: GuessedAt,
): Guesses {
  if (replicas === undefined) return own
  const kind = `guesses/${at}`
  const waiting = new Map<string, number>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = (): void => {
    timer = undefined
    const told = [...waiting].slice(0, GUESSES_TOLD)
    for (const [key] of told) waiting.delete(key)
    if (told.length > 0) replicas.tell(kind, told)
    if (waiting.size > 0) soon()
  }
  const soon = (): void => {
    timer ??= setTimeout(flush, GUESSES_TOLD_MS)
    timer.unref()
  }
  replicas.serve(kind, (body) => {
    for (const [key, count] of decode(body)) hear(own, key, count)
    return null
  })
  return {
    waitOf: own.waitOf,
    wrong: (key) => {
      if (!isEachOnesOwn(key) && (waiting.has(key) || waiting.size < GUESSES_WAITING)) {
        waiting.set(key, (waiting.get(key) ?? 0) + 1)
        soon()
      }
      return own.wrong(key)
    },
  }
}

/** Who is locked stays so for no longer than from their own last try. */
function hear(own: Guesses, key: string, count: number): void {
  for (let each = 0; each < count && own.waitOf(key) === 0; each += 1) own.wrong(key)
}

/** At most as many as are told at a time, and each as often as it matters. */
function decode(body: Json): readonly (readonly [key: string, count: number])[] {
  if (!Array.isArray(body)) return []
  return body.slice(0, GUESSES_TOLD).flatMap((each: Json) => {
    const [key, count] = Array.isArray(each) ? (each as readonly Json[]) : []
    if (typeof key !== 'string' || typeof count !== 'number' || !(count >= 1)) return []
    return [[key, Math.min(count, WRONG_SECRETS)] as const]
  })
}
