import type { RepairPlan } from '@openclaw/credential-store'
import { nodePlanRepair, nodeRepairJournal } from '@openclaw/credential-store/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import type { Repair } from './finding.ts'

/** What can be done about a damaged journal; `undefined` when nothing can be done from here. */
export async function journalRepair(call: Call, stateDir: string): Promise<Repair | undefined> {
  const options = { root: stateDir, clock: { now: () => call.world.now() as EpochMs } }
  const plan = await nodePlanRepair(options).catch(() => undefined)
  if (plan === undefined) return undefined
  return {
    what: inWords(plan),
    run: async () => {
      await nodeRepairJournal(options)
    },
  }
}

function inWords({ file, records, lost }: RepairPlan): string {
  const ranges = lost.map(({ from, to }) =>
    from === to ? String(from) : `${String(from)}–${String(to)}`,
  )
  const gone =
    ranges.length === 0
      ? 'no decision is lost'
      : `the decisions with the numbers ${ranges.join(', ')} are lost; compare the files in credentials`
  return `go on in ${file} with everything that can be read of the journal (${String(records)} records; ${gone}); the damaged file stays beside it`
}
