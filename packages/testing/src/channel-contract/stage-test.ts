import { it } from 'vitest'
import type { ChannelHarness, Inability } from './harness.ts'
import { openStage, type Stage } from './stage.ts'

/** Registers one test on a stage of its own; skipped, with the reason, when the channel lacks what it `needs`. */
export type StageTest<Raw> = (
  name: string,
  play: (stage: Stage<Raw>) => Promise<void>,
  ...needs: readonly Inability[]
) => void

/** The {@link StageTest} of a channel. */
export function stageTest<Raw>(harness: ChannelHarness<Raw>): StageTest<Raw> {
  return (name, play, ...needs) => {
    const reasons = needs.flatMap((need) => harness.cannot[need] ?? [])
    if (reasons.length > 0) return it.skip(`${name} (${reasons.join('; ')})`)
    it(name, async () => {
      const stage = await openStage(harness)
      try {
        await play(stage)
      } finally {
        await stage.close()
      }
    })
  }
}
