import type { Address } from './address.ts'
import { SIDE_IDLE_MS } from './limits.ts'
import { type Link, openLink } from './link.ts'

/** A connection for what is asked for now and then; closed while nobody needs it. */
export type SideLink = Pick<Link, 'run' | 'close'>

/** Not connected yet. */
export function sideLink(address: Address): SideLink {
  const link = openLink(address)
  let timer: ReturnType<typeof setTimeout> | undefined
  let users = 0
  return {
    run: async (use) => {
      clearTimeout(timer)
      users += 1
      try {
        return await link.run(use)
      } finally {
        users -= 1
        if (users === 0) timer = setTimeout(link.rest, SIDE_IDLE_MS)
        timer?.unref()
      }
    },
    close: () => {
      clearTimeout(timer)
      return link.close()
    },
  }
}
