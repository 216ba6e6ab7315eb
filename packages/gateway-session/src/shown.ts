import { MAX_SHOWN } from './limits.ts'

/** Which state of a request an operator was shown last. */
export interface Shown {
  readonly note: (operator: string, requestId: string, digest: string) => void
  readonly digestFor: (operator: string, requestId: string) => string | undefined
}

/** Remembers the last {@link MAX_SHOWN}. */
export function shown(): Shown {
  const digests = new Map<string, string>()
  const keyOf = (operator: string, requestId: string) => `${operator} ${requestId}`
  return {
    note: (operator, requestId, digest) => {
      const key = keyOf(operator, requestId)
      digests.delete(key)
      digests.set(key, digest)
      for (const oldest of digests.keys()) {
        if (digests.size <= MAX_SHOWN) break
        digests.delete(oldest)
      }
    },
    digestFor: (operator, requestId) => digests.get(keyOf(operator, requestId)),
  }
}
