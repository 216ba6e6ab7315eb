import { setImmediate as turn } from 'node:timers/promises'
import type { Pairing } from '@openclaw/pairing'
import type { Figure } from '../../figure.ts'
import { spreadOf } from '../../stats.ts'

/** Runs until a million senders were looked at, 10,000 each, with some to spare. */
const FIRST_RUNS = 110
const LATER_RUNS = 50
const STRETCH_MS = 20

/** The longest time for which nobody else had a turn while `work` went on, in ms. */
async function longestStretch(work: Promise<unknown>): Promise<number> {
  const state = { done: false, longest: 0 }
  const ended = work.finally(() => {
    state.done = true
  })
  while (!state.done) {
    const began = performance.now()
    await turn()
    state.longest = Math.max(state.longest, performance.now() - began)
  }
  await ended
  return state.longest
}

/** Tidying up comes every second by itself: what others wait for it, what it costs in all, and what when nothing is new. */
export async function tidyFigures({ people }: Pairing): Promise<readonly Figure[]> {
  const before = process.cpuUsage()
  const stretches: number[] = []
  for (let run = 0; run < FIRST_RUNS; run += 1) {
    stretches.push(await longestStretch(people.housekeeping()))
  }
  const { user, system } = process.cpuUsage(before)
  const later: number[] = []
  for (let run = 0; run < LATER_RUNS; run += 1) {
    const began = performance.now()
    await people.housekeeping()
    later.push(performance.now() - began)
  }
  const name = 'PostgreSQL, tidying up, 1,000,000 allowed'
  return [
    {
      name: `${name}, longest stretch`,
      unit: 'ms',
      measured: spreadOf(stretches),
      runs: FIRST_RUNS,
      target: { sense: 'at-most', value: STRETCH_MS },
    },
    {
      name: `${name}, CPU of the first look`,
      unit: 'ms',
      measured: spreadOf([(user + system) / 1e3]),
      runs: 1,
    },
    { name: `${name}, later`, unit: 'ms', measured: spreadOf(later), runs: LATER_RUNS },
  ]
}
