import type { Json, Replicas } from '@openclaw/pairing-contracts'
import { GUESSES_TOLD, GUESSES_TOLD_MS, WRONG_SECRETS } from '../limits.ts'
import type { Guesses } from './guesses.ts'

/** What {@link sharedGuesses} works with. */
export interface SharedGuessesComponents {
  readonly own: Guesses
  readonly replicas: Pick<Replicas, 'tell' | 'serve'>
  /** What is guessed, such as `door`: each is told apart. */
  readonly what: string
}

/**
 * Wrong secrets that count at every gateway of a store. Told to the others {@link GUESSES_TOLD_MS} later at most,
 * {@link GUESSES_TOLD} customers at a time; what was heard is told to nobody.
 */
export function sharedGuesses({ own, replicas, what }: SharedGuessesComponents): Guesses {
  const kind = `http/guesses/${what}`
  const waiting = new Map<string, number>()
  let isDue = false
  const tell = (): void => {
    isDue = false
    replicas.tell(
      kind,
      [...waiting].slice(0, GUESSES_TOLD).map(([key, count]) => [key, count]),
    )
    waiting.clear()
  }
  replicas.serve(kind, (body) => {
    for (const [key, count] of heard(body)) for (let n = 0; n < count; n += 1) own.wrong(key)
    return null
  })
  return {
    waitOf: own.waitOf,
    wrong: (key) => {
      if (waiting.has(key) || waiting.size < GUESSES_TOLD)
        waiting.set(key, (waiting.get(key) ?? 0) + 1)
      if (!isDue) setTimeout(tell, GUESSES_TOLD_MS).unref()
      isDue = true
      return own.wrong(key)
    },
  }
}

/** Each as often as it matters. */
function heard(body: Json): readonly (readonly [string, number])[] {
  if (!Array.isArray(body)) return []
  return body.slice(0, GUESSES_TOLD).flatMap((each: Json) => {
    const [key, count] = Array.isArray(each) ? (each as readonly Json[]) : []
    const isWhole = typeof key === 'string' && typeof count === 'number' && count >= 1
    return isWhole ? [[key, Math.min(count, WRONG_SECRETS)] as const] : []
  })
}
