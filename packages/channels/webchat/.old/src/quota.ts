import { STREAMS, STREAMS_PER_ADDRESS } from './limits.ts'

/** Counts open streams, over all and by address. */
export interface StreamQuota {
  /** Takes a place and answers how to give it back; `undefined` when there is none. */
  readonly take: (address: string) => (() => void) | undefined
  readonly open: () => number
}

/** No stream open yet. */
export function streamQuota(): StreamQuota {
  const byAddress = new Map<string, number>()
  let open = 0
  const count = (address: string, by: 1 | -1): void => {
    open += by
    const left = (byAddress.get(address) ?? 0) + by
    if (left > 0) byAddress.set(address, left)
    else byAddress.delete(address)
  }
  return {
    take: (address) => {
      const here = byAddress.get(address) ?? 0
      if (open >= STREAMS || here >= STREAMS_PER_ADDRESS) return undefined
      count(address, 1)
      return () => count(address, -1)
    },
    open: () => open,
  }
}
