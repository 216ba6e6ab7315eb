import { GatewayStopping } from '../errors.ts'

/** Counts what is under way, so that a stop can wait for it. */
export interface Traffic {
  /** Runs `work` unless the gateway is stopping; then rejects with {@link GatewayStopping}. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>
  /** Lets nothing new in; resolves when all is done, or after `ms`, with how much was left. */
  readonly drain: (ms: number) => Promise<number>
}

/** Nothing under way. */
export function traffic(): Traffic {
  let underWay = 0
  let isStopping = false
  let whenQuiet: (() => void) | undefined
  return {
    run: async (work) => {
      if (isStopping) throw new GatewayStopping()
      underWay += 1
      try {
        return await work()
      } finally {
        underWay -= 1
        if (underWay === 0) whenQuiet?.()
      }
    },
    drain: async (ms) => {
      isStopping = true
      if (underWay === 0) return 0
      let timer: ReturnType<typeof setTimeout> | undefined
      await new Promise<void>((resolve) => {
        whenQuiet = resolve
        timer = setTimeout(resolve, ms)
      })
      clearTimeout(timer)
      return underWay
    },
  }
}
