import type { NodePairing } from '@openclaw/pairing/node'
import type { Config } from '@openclaw/pairing-config'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { assertSameStore } from '../people/same-store.ts'
import { examineDatabase } from './database.ts'
import { deviceFindings } from './devices.ts'
import { type EventsStanding, examineEvents } from './events.ts'
import type { Finding, Repair } from './finding.ts'
import { movedFolder } from './moved-folder.ts'
import { ownerFindings } from './owners.ts'
import { examineFiles, filesOf } from './store-files.ts'
import { unmergedFindings } from './unmerged.ts'

/** How the state can be opened; given in, so that looking and mending use the same way. */
export type Open = (mode: 'read' | 'write') => Promise<NodePairing>

/** What the state came to. */
export interface StoreExam {
  readonly findings: readonly Finding[]
  /** Transactions that were checked; `undefined`: it was not read. */
  readonly entries: number | undefined
  readonly events: EventsStanding | undefined
  /** The database, for people; `undefined` where it is none or could not be opened. */
  readonly where: string | undefined
}

/** Looks at the journal and at what it says; writes nothing. */
export async function examineStore(call: Call, config: Config, open: Open): Promise<StoreExam> {
  // the finding about the configuration says it
  if (config.store.kind === 'unusable') return { ...UNREAD, findings: [] }
  let pairing: NodePairing
  try {
    await assertSameStore(call)
    pairing = await open('read')
  } catch (error) {
    return { ...UNREAD, findings: [await cannotOpen(call, config, error)] }
  }
  try {
    const rewriting = rewrite(open)
    const kept = await examineKept(call, pairing, rewriting)
    const events = await examineEvents(pairing, call.world.now())
    const findings = [
      ...kept.journal,
      ...(await deviceFindings(call, pairing, open)),
      ...(await ownerFindings(pairing)),
      ...unmergedFindings(pairing, rewriting),
      ...kept.files,
      ...events.findings,
    ]
    return { entries: kept.entries, findings, events: events.standing, where: kept.where }
  } finally {
    await pairing.close().catch(() => {})
  }
}

const UNREAD = { entries: undefined, events: undefined, where: undefined } as const

async function examineKept(call: Call, pairing: NodePairing, rewriting: Repair) {
  const { backend } = pairing
  if (backend.kind === 'files') {
    const { store } = backend
    return { ...(await examineFiles(call, { pairing, store }, rewriting)), where: undefined }
  }
  const { store } = backend
  return { ...(await examineDatabase(call, { pairing, store })), where: store.where }
}

const PLACES: Readonly<Record<Config['store']['kind'], string>> = {
  files: 'the state directory',
  postgres: 'the database',
  unusable: 'the database',
}

const CLOSED =
  'the state cannot be opened: nothing can be listed or decided, and nobody new is let in'
const ELSEWHERE =
  'lists in files here are not those of the gateway: nothing is listed or decided from them'

async function cannotOpen(call: Call, config: Config, error: unknown): Promise<Finding> {
  const message = error instanceof Error ? error.message : String(error)
  const isKnown = isOpenClawError(error)
  const isFiles = config.store.kind === 'files'
  const moved = isFiles ? await movedFolder(call, filesOf(call, config)) : undefined
  const { why = '', ...mended } = moved ?? {}
  const isElsewhere = isKnown && error.code === 'ERR_CLI_STORE_ELSEWHERE'
  return {
    ...mended,
    id: isKnown ? error.code : 'ERR_CLI_UNEXPECTED',
    severity: 'error',
    subject:
      error instanceof Error && 'file' in error ? String(error.file) : PLACES[config.store.kind],
    problem: `${message}${why}`,
    consequence: isElsewhere ? ELSEWHERE : CLOSED,
    fix: (isKnown ? error.hint : undefined) ?? 'OPENCLAW_DEBUG=1 before the command shows where',
  }
}

function rewrite(open: Open): Repair {
  return {
    what: 'write the files again from the journal; damaged bytes are kept aside',
    run: async () => {
      const pairing = await open('write')
      await pairing.close()
    },
  }
}
