import type { Json, Sha256 } from '@openclaw/pairing-contracts'
import { copyOf } from './documents/base-copy.ts'
import type { FileFacts } from './documents/file-facts.ts'
import type { Files } from './documents/files.ts'
import { checkHash } from './journal/frame.ts'
import { TICK_MS, VERIFIED_BYTES } from './limits.ts'

/**
 * Which files below the journal's folder were checked to the last byte, and what `stat` said of them then. A process
 * that only reads takes a file that still looks like that as it is: checksums cost a short command more than its work.
 * Whoever writes, and `verify`, checks everything all the same.
 */
export interface Verified {
  /** True when the file is as it was when it was checked. */
  readonly covers: (path: string, facts: Times) => boolean
}

/** What decides whether a file may have changed. */
export type Times = Pick<FileFacts, 'identity' | 'mtimeMs' | 'ctimeMs'>

/** The name of the note, below the journal's folder. */
const NOTE = 'verified.json'

/** Reads the note when it is first asked; without one, or with a damaged one, nothing is covered. */
export function readVerified(files: Files, folder: string): Verified {
  let note: Note | undefined
  return {
    covers: (path, facts) => {
      note ??= readNote(files, `${folder}/${NOTE}`)
      // NOTE a change within the tick in which the note was made would leave no trace
      const settled = facts.mtimeMs < note.madeAt && facts.ctimeMs < note.madeAt
      return settled && note.identities.get(path.slice(folder.length + 1)) === facts.identity
    },
  }
}

interface Note {
  readonly madeAt: number
  readonly identities: ReadonlyMap<string, string>
}

function readNote(files: Files, path: string): Note {
  try {
    const content = files.read(path)
    if (content === undefined) return NOTHING
    const json = JSON.parse(Buffer.from(content.bytes).toString()) as { readonly files?: Json }
    const entries = Object.entries(json.files ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    )
    return { madeAt: content.facts.mtimeMs, identities: new Map(entries) }
  } catch {
    return NOTHING
  }
}

const NOTHING: Note = { madeAt: 0, identities: new Map() }

/** What checking takes. */
export interface VerifyPorts {
  readonly files: Files
  readonly sha256: Sha256
  readonly sleep: (ms: number) => Promise<void>
  readonly folder: string
}

/** The files to check: the segment in use and our copies of the documents, of which some may be missing. */
export interface ToVerify {
  readonly segment: string
  readonly copies: readonly string[]
}

/** Checks the files and notes how they look, unless the note says so already. Never rejects. */
export async function noteVerified(ports: VerifyPorts, what: ToVerify): Promise<void> {
  try {
    if (isNoted(ports, what)) return
    const checked = checkAll(ports, what)
    if (checked) await writeNote(ports, checked)
  } catch {
    // the note only saves time
  }
}

function isNoted({ files, folder }: VerifyPorts, { segment, copies }: ToVerify): boolean {
  const noted = readVerified(files, folder)
  return [segment, ...copies].every((path) => {
    const facts = files.stat(path)
    return facts === undefined || noted.covers(path, facts)
  })
}

interface Checked {
  readonly files: Readonly<Record<string, string>>
  /** The latest time at which one of them changed. */
  readonly changedAt: number
}

/** `undefined` when a file is not what it should be, or too long to be checked in passing. */
function checkAll(
  { files, sha256, folder }: VerifyPorts,
  { segment, copies }: ToVerify,
): Checked | undefined {
  const found: Record<string, string> = {}
  let changedAt = 0
  let left = VERIFIED_BYTES
  for (const path of [segment, ...copies]) {
    const content = (files.stat(path)?.size ?? 0) <= left ? files.read(path) : undefined
    if (content === undefined) {
      if (files.stat(path) === undefined) continue
      return undefined
    }
    const isRight = path === segment ? isSegment : isCopy
    if (!isRight(sha256, content.bytes)) return undefined
    left -= content.facts.size
    found[path.slice(folder.length + 1)] = content.facts.identity
    changedAt = Math.max(changedAt, content.facts.mtimeMs, content.facts.ctimeMs)
  }
  return { files: found, changedAt }
}

/** Whole lines with right checksums; whoever reads them sees whether they follow one another. Throws for a wrong one. */
function isSegment(sha256: Sha256, bytes: Uint8Array): boolean {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString().split('\n')
  if (lines.pop() !== '') return false
  for (const line of lines) checkHash(sha256, line)
  return true
}

function isCopy(sha256: Sha256, bytes: Uint8Array): boolean {
  return copyOf(bytes, sha256) !== undefined
}

async function writeNote(
  { files, folder, sleep }: VerifyPorts,
  { files: found, changedAt }: Checked,
): Promise<void> {
  const path = `${folder}/${NOTE}`
  // one name for all: a process that died here leaves one file, which the next one removes
  const temp = `${path}.new`
  files.remove(temp)
  const bytes = Buffer.from(`${JSON.stringify({ version: 1, files: found })}\n`)
  // made in a later tick of the file system's clock than the files, or it would count for nothing
  await sleep(TICK_MS)
  const { mtimeMs } = await files.createBrief(temp, bytes)
  if (mtimeMs > changedAt) files.rename(temp, path)
  else files.remove(temp)
}
