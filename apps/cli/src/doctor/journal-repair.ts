import type { RepairOptions, RepairPlan } from '@openclaw/credential-store'
import { nodePlanRepair, nodeRepairJournal } from '@openclaw/credential-store/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { safe } from '../output/safe.ts'
import type { Repair } from './finding.ts'

/** What can be done about a damaged journal; `undefined` when nothing can be done from here. */
export async function journalRepair(
  call: Call,
  files: Pick<RepairOptions, 'root' | 'families' | 'folders'>,
): Promise<Repair | undefined> {
  const options = { ...files, clock: { now: () => call.world.now() as EpochMs } }
  const plan = await nodePlanRepair(options).catch(() => undefined)
  if (plan === undefined) return undefined
  return {
    what: inWords(plan),
    run: async () => {
      await nodeRepairJournal(options)
    },
  }
}

/** More senders than this are a list of their own. */
const SENDERS_SHOWN = 20

function inWords(plan: RepairPlan): string {
  const { file, seq, records, lost, isEndKnown } = plan
  const ranges = lost.map(({ from, to }) =>
    from === to ? String(from) : `${String(from)}–${String(to)}`,
  )
  if (!isEndKnown) ranges.push(`after ${String(seq)}`)
  const gone =
    ranges.length === 0
      ? 'no decision is lost'
      : `the decisions with the numbers ${ranges.join(', ')} are lost, blocks among them perhaps, and who is an owner no more: look through “openclaw pairing allowed” and “openclaw owner list”`
  const whole = `go on in ${file} with everything that can be read of the journal (${String(records)} records; ${gone}); the damaged file stays beside it`
  return [whole, ...byFiles(plan)].join('; ')
}

/** What the files in `credentials` told of the lost decisions. */
function byFiles({ fromFiles, undated }: RepairPlan): readonly string[] {
  const out = fromFiles.filter(({ collection }) => collection === SENDERS)
  if (out.length === 0) return []
  const said = `journal and files do not agree about these, so they stay out until you decide: ${named(out)}`
  if (undated.length === 0) return [said]
  const files = undated.slice(0, SENDERS_SHOWN).map(safe).join(', ')
  return [said, `an older version wrote ${files}: of whom it misses some may be newer than it`]
}

const SENDERS = 'dm.senders'

function named(changes: RepairPlan['fromFiles']): string {
  const names = changes.slice(0, SENDERS_SHOWN).map(({ key }) => safe(key.split('/').join(' ')))
  const more = changes.length - names.length
  return more > 0 ? `${names.join(', ')} and ${String(more)} more` : names.join(', ')
}
