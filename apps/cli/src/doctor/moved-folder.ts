import type { MoveOptions, MovePlan } from '@openclaw/credential-store'
import { nodeMoveFolders, nodePlanMove } from '@openclaw/credential-store/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { FailedError } from '../errors.ts'
import type { Finding } from './finding.ts'

/** What can be done about files that are looked for in another folder than where they were; `undefined`: that is not it. */
export async function movedFolder(
  call: Call,
  files: Pick<MoveOptions, 'root' | 'families' | 'folders'>,
): Promise<(Pick<Finding, 'repair'> & { readonly why: string }) | undefined> {
  const options = { ...files, clock: { now: () => call.world.now() as EpochMs } }
  const plan = await nodePlanMove(options).catch(() => undefined)
  if (plan === undefined) return undefined
  const why = differencesOf(plan)
  if (why !== undefined) return { why: `; they cannot be taken as moved: ${why}` }
  const place = Object.values(files.folders ?? {}).join(', ')
  const run = async (): Promise<void> => {
    const done = await nodeMoveFolders(options)
    const changed = done && differencesOf(done)
    if (changed !== undefined) throw new FailedError(changed)
  }
  return {
    why: '',
    repair: { what: `from now on use the files in ${place}, which say what ours said`, run },
  }
}

/** More files than this are a list of their own. */
const SHOWN = 5

function differencesOf({ differences }: MovePlan): string | undefined {
  if (differences.length === 0) return undefined
  const shown = differences.slice(0, SHOWN).map(({ path, why }) => `${path}: ${why}`)
  const more = differences.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${String(more)} more`] : [])].join('; ')
}
