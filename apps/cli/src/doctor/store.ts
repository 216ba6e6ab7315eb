import {
  type DocumentFinding,
  type DocumentFindingCode,
  inspectDocuments,
  type StoreReport,
} from '@openclaw/credential-store'
import { nodeStorePorts } from '@openclaw/credential-store/node'
import type { NodePairing } from '@openclaw/pairing/node'
import type { Config } from '@openclaw/pairing-config'
import { type EpochMs, isOpenClawError, type Json } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { stateFiles } from '../state-files.ts'
import { beginningFindings } from './beginning.ts'
import { deviceFindings } from './devices.ts'
import { type EventsStanding, examineEvents } from './events.ts'
import type { Finding, Repair } from './finding.ts'
import { journalRepair } from './journal-repair.ts'
import { movedFolder } from './moved-folder.ts'
import { ownerFindings } from './owners.ts'
import { unmergedFindings } from './unmerged.ts'

/** How the state can be opened; given in, so that looking and mending use the same way. */
export type Open = (mode: 'read' | 'write') => Promise<NodePairing>

/** What the journal and the well-known files came to. */
export interface StoreExam {
  readonly findings: readonly Finding[]
  readonly journal: StoreReport | undefined
  readonly events: EventsStanding | undefined
}

/** Looks at the journal and the files; writes nothing. */
export async function examineStore(call: Call, config: Config, open: Open): Promise<StoreExam> {
  let pairing: NodePairing
  try {
    pairing = await open('read')
  } catch (error) {
    const findings = [await cannotOpen(call, config, error)]
    return { findings, journal: undefined, events: undefined }
  }
  try {
    const journal = await pairing.store.verify()
    const documents = documentFindings(call, pairing)
    const rewriting = rewrite(open)
    const events = await examineEvents(pairing, call.world.now())
    const findings = [
      ...(await healthFinding(call, pairing)),
      ...journalFindings(pairing, journal),
      ...(await beginningFindings(pairing, journal)),
      ...(await deviceFindings(call, pairing, open)),
      ...(await ownerFindings(pairing)),
      ...unmergedFindings(pairing, rewriting),
      ...documents.map((finding) => fileFinding(finding, rewriting)),
      ...events.findings,
    ]
    return { journal, findings, events: events.standing }
  } finally {
    await pairing.close().catch(() => {})
  }
}

async function cannotOpen(call: Call, config: Config, error: unknown): Promise<Finding> {
  const message = error instanceof Error ? error.message : String(error)
  const isKnown = isOpenClawError(error)
  const { why = '', ...mended } = (await movedFolder(call, stateFiles(call, config))) ?? {}
  return {
    ...mended,
    id: isKnown ? error.code : 'ERR_CLI_UNEXPECTED',
    severity: 'error',
    subject: error instanceof Error && 'file' in error ? String(error.file) : 'the state directory',
    problem: `${message}${why}`,
    consequence:
      'the state cannot be opened: nothing can be listed or decided, and nobody new is let in',
    fix: (isKnown ? error.hint : undefined) ?? 'OPENCLAW_DEBUG=1 before the command shows where',
  }
}

/** A damaged journal opens, and says so. */
async function healthFinding(call: Call, pairing: NodePairing): Promise<readonly Finding[]> {
  const { store } = pairing
  const { error } = store.health()
  if (error === undefined || error.code === 'ERR_STORE_READ_ONLY') return []
  const repair = await journalRepair(call, stateFiles(call, pairing.config()))
  return [
    {
      id: error.code,
      severity: 'error',
      subject: `${store.root}/pairing-journal`,
      problem: error.message,
      consequence: 'nothing is answered from it and nothing written, so that nothing more is lost',
      fix:
        repair === undefined
          ? (error.hint ?? 'put it back from a backup')
          : 'openclaw doctor --fix',
      ...(repair === undefined ? {} : { repair }),
    },
  ]
}

type What = StoreReport['findings'][number]['what']

/** What ended by itself or was made good; everything else stays lost after a repair. */
const HARMLESS: ReadonlySet<What> = new Set([
  'unfinished-rotation',
  'unfinished-write',
  'skipped-record',
])

const DAMAGE = {
  consequence: 'what was decided in it can be read no more, or was changed afterwards',
  fix: 'put the file back from a backup',
}

function noticed(what: What): Pick<Finding, 'consequence' | 'fix'> {
  if (HARMLESS.has(what)) return { consequence: 'nothing is lost by it', fix: 'nothing to do' }
  return {
    consequence: 'what the repair could not read is lost: a block or a revocation may be among it',
    fix: 'look through who is let in: openclaw pairing allowed',
  }
}

/** Damage behind the first, and what is only worth knowing. */
function journalFindings({ store }: NodePairing, { findings }: StoreReport): readonly Finding[] {
  const isTold = store.health().error !== undefined
  return findings
    .filter(({ severity }) => !(isTold && severity === 'damage'))
    .map(({ severity, what, file, line, problem }) => ({
      id: `journal-${what}`,
      severity: severity === 'damage' ? ('error' as const) : ('note' as const),
      subject: line === undefined ? file : `${file}, line ${String(line)}`,
      problem,
      ...(severity === 'damage' ? DAMAGE : noticed(what)),
    }))
}

function documentFindings(call: Call, pairing: NodePairing): readonly DocumentFinding[] {
  const { store } = pairing
  const clock = { now: () => call.world.now() as EpochMs }
  const isWhole = store.health().error === undefined
  const host = isWhole ? { host: { records: recordsOf(pairing) } } : {}
  const seen = inspectDocuments(stateFiles(call, pairing.config()), {
    ...nodeStorePorts(clock),
    ...host,
  })
  const refused = store.health().documents.filter(({ code }) => code === 'ERR_DOCUMENT_REFUSED')
  // Rights are looked at everywhere at once.
  return [...seen, ...refused].filter(({ code }) => code !== 'ERR_DOCUMENT_MODE')
}

function recordsOf({ store }: NodePairing) {
  return (collection: string, prefix: string) => {
    const raw = { name: collection, decode: (value: Json) => value, encode: (value: Json) => value }
    return store
      .view(raw)
      .entries(prefix)
      .map(({ key, value }) => ({ collection, key, value }))
  }
}

const SEVERITY: Readonly<Partial<Record<DocumentFindingCode, Finding['severity']>>> = {
  ERR_DOCUMENT_MISSING: 'warning',
  ERR_DOCUMENT_REFUSED: 'warning',
  ERR_DOCUMENT_CHANGED: 'warning',
  ERR_DOCUMENT_LOCKED: 'warning',
  ERR_DOCUMENT_TOO_MANY: 'warning',
  ERR_DOCUMENT_BEHIND: 'warning',
  ERR_DOCUMENT_KEPT: 'note',
  ERR_DOCUMENT_LEFTOVER: 'note',
}

/** What the next writer mends by itself. */
const REWRITTEN: ReadonlySet<DocumentFindingCode> = new Set([
  'ERR_DOCUMENT_DAMAGED',
  'ERR_DOCUMENT_MISSING',
  'ERR_DOCUMENT_BEHIND',
  'ERR_DOCUMENT_CHANGED',
])

function fileFinding(
  { code, file, problem, consequence, fix }: DocumentFinding,
  repair: Repair,
): Finding {
  const severity = SEVERITY[code] ?? 'error'
  const base = { id: code, severity, subject: file, problem, consequence, fix }
  return REWRITTEN.has(code) ? { ...base, repair } : base
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
