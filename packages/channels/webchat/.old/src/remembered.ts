/** Work that is done once per key, however often it is asked for. */
export interface Remembered<T> {
  /** The outcome of an earlier or running `work` of this key; runs it when there is none. A rejection is not kept. */
  readonly once: (key: string, work: () => Promise<T>) => Promise<T>
}

/** Remembers the last `limit` outcomes; `keep` says which ones. */
export function remembered<T>(limit: number, keep: (outcome: T) => boolean): Remembered<T> {
  const outcomes = new Map<string, Promise<T>>()
  const run = async (key: string, work: () => Promise<T>): Promise<T> => {
    try {
      const outcome = await work()
      if (!keep(outcome)) outcomes.delete(key)
      return outcome
    } catch (error) {
      outcomes.delete(key)
      throw error
    }
  }
  return {
    once: (key, work) => {
      const known = outcomes.get(key)
      if (known !== undefined) return known
      const outcome = run(key, work)
      outcomes.set(key, outcome)
      const [oldest] = outcomes.keys()
      if (outcomes.size > limit && oldest !== undefined) outcomes.delete(oldest)
      return outcome
    },
  }
}
