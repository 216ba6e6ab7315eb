/** The requests that are being answered. */
export interface Work {
  /** True once the gateway stops: nothing new is begun. */
  readonly isStopping: () => boolean
  readonly begin: (work: Promise<void>) => void
  /** Begins nothing more; resolves when all that was begun is over. */
  readonly stop: () => Promise<void>
}

/** None yet. */
export function work(): Work {
  const running = new Set<Promise<void>>()
  let isStopping = false
  return {
    isStopping: () => isStopping,
    begin: (each) => {
      running.add(each)
      void each.finally(() => running.delete(each))
    },
    stop: async () => {
      isStopping = true
      await Promise.allSettled(running)
    },
  }
}
