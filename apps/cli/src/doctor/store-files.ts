import {
  type DocumentFinding,
  type DocumentFindingCode,
  type FileStore,
  inspectDocuments,
  type StoreReport,
} from '@openclaw/credential-store'
import { nodeStorePorts } from '@openclaw/credential-store/node'
import { dmDocumentFamilies } from '@openclaw/dm-pairing'
import type { NodePairing } from '@openclaw/pairing/node'
import { CHANNELS, type Config, channelDefinition, MERGED_CHANNELS } from '@openclaw/pairing-config'
import type { EpochMs, Json } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { beginningFindings } from './beginning.ts'
import { deviceFiles } from './devices.ts'
import type { Finding, Repair } from './finding.ts'
import { journalRepair } from './journal-repair.ts'

/** What the journal and the well-known files of a state directory came to. */
export interface FilesExam {
  readonly journal: readonly Finding[]
  readonly files: readonly Finding[]
  readonly entries: number
}

/** Looks at the journal and the files; writes nothing. */
export async function examineFiles(
  call: Call,
  { pairing, store }: { readonly pairing: NodePairing; readonly store: FileStore },
  rewriting: Repair,
): Promise<FilesExam> {
  const report = await store.verify()
  const documents = documentFindings(call, pairing, store)
  return {
    journal: [
      ...(await healthFinding(call, pairing, store)),
      ...journalFindings(store, report),
      ...(await beginningFindings(store, report)),
    ],
    files: documents.map((finding) => fileFinding(finding, rewriting)),
    entries: report.entries,
  }
}

/** A damaged journal opens, and says so. */
async function healthFinding(
  call: Call,
  { config }: NodePairing,
  store: FileStore,
): Promise<readonly Finding[]> {
  const { error } = store.health()
  if (error === undefined || error.code === 'ERR_STORE_READ_ONLY') return []
  const repair = await journalRepair(call, filesOf(call, config()))
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
function journalFindings(store: FileStore, { findings }: StoreReport): readonly Finding[] {
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

/** The well-known files of this state directory. */
export function filesOf(call: Call, { paths, policyOf }: Config) {
  const names = CHANNELS.map(({ name }) => name)
  const people = dmDocumentFamilies(names, {
    channels: channelDefinition,
    merged: MERGED_CHANNELS,
    policyOf,
    cli: call.program,
  })
  const families = [...people, ...deviceFiles(call)]
  const folders = { credentials: paths.credentialsDir }
  return { root: paths.stateDir, families, folders }
}

function documentFindings(
  call: Call,
  { config }: NodePairing,
  store: FileStore,
): readonly DocumentFinding[] {
  const clock = { now: () => call.world.now() as EpochMs }
  const isWhole = store.health().error === undefined
  const host = isWhole ? { host: { records: recordsOf(store) } } : {}
  const seen = inspectDocuments(filesOf(call, config()), {
    ...nodeStorePorts(clock),
    ...host,
  })
  const refused = store.health().documents.filter(({ code }) => code === 'ERR_DOCUMENT_REFUSED')
  // Rights are looked at everywhere at once.
  return [...seen, ...refused].filter(({ code }) => code !== 'ERR_DOCUMENT_MODE')
}

function recordsOf(store: FileStore) {
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
