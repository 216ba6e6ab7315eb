/** What is known of the newest so many things. */
export interface Remembered<T> {
  readonly get: (key: string) => T | undefined
  /** As the newest. */
  readonly set: (key: string, value: T) => void
  readonly forget: (key: string) => void
  /** Oldest first. */
  readonly entries: () => readonly (readonly [key: string, value: T])[]
}

/** Remembers `entries`, the last of them newest, and never more than `most`. */
export function remembered<T>(
  most: number,
  entries: readonly (readonly [string, T])[] = [],
): Remembered<T> {
  const known = new Map(entries.slice(-most))
  return {
    get: (key) => known.get(key),
    set: (key, value) => {
      known.delete(key)
      known.set(key, value)
      const [oldest] = known.keys()
      if (known.size > most && oldest !== undefined) known.delete(oldest)
    },
    forget: (key) => void known.delete(key),
    entries: () => [...known],
  }
}
