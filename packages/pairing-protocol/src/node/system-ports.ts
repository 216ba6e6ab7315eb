import { randomBytes } from 'node:crypto'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { ClientPorts } from '../client/ports.ts'

/** The clock, randomness and timers of this machine. */
export const systemPorts: ClientPorts = {
  clock: { now: () => Date.now() as EpochMs },
  randomBytes,
  timers: {
    after: (ms, work) => {
      const timer = setTimeout(work, ms)
      return () => clearTimeout(timer)
    },
    elapsed: () => performance.now(),
  },
}
