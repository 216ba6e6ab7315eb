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
  /** The file system's time after which nothing was checked. */
  readonly madeAt: number
  readonly identities: ReadonlyMap<string, string>
}

function readNote(files: Files, path: string): Note {
  try {
    const content = files.stat(path)?.kind === 'file' ? files.read(path) : undefined
    if (content === undefined) return NOTHING
    const { madeAt, files: found = {} } = JSON.parse(Buffer.from(content.bytes).toString()) as {
      readonly madeAt?: Json
      readonly files?: Json
    }
    const entries = Object.entries(found ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    )
    const time = typeof madeAt === 'number' ? Math.min(madeAt, content.facts.mtimeMs) : 0
    return { madeAt: time, identities: new Map(entries) }
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
    const madeAt = await timeOf(ports)
    const checked = checkAll(ports, what, madeAt)
    if (checked) await writeNote(ports, { madeAt, files: checked })
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

/** The file system's own time, a tick after what was there before was written: a change after it shows. */
async function timeOf(ports: VerifyPorts): Promise<number> {
  await ports.sleep(TICK_MS)
  const temp = tempIn(ports)
  ports.files.remove(temp)
  const { mtimeMs } = await ports.files.createBrief(temp, new Uint8Array())
  ports.files.remove(temp)
  return mtimeMs
}

/** One name for all: a process that died here leaves one file, which the next one removes. */
function tempIn({ folder }: VerifyPorts): string {
  return `${folder}/${NOTE}.new`
}

/** `undefined` when a file is not what it should be, changed just now, or is too long to be checked in passing. */
function checkAll(
  { files, sha256, folder }: VerifyPorts,
  { segment, copies }: ToVerify,
  madeAt: number,
): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = {}
  let left = VERIFIED_BYTES
  for (const path of [segment, ...copies]) {
    const facts = files.stat(path)
    if (facts === undefined) continue
    if (facts.size > left || facts.mtimeMs >= madeAt || facts.ctimeMs >= madeAt) return undefined
    const content = files.read(path)
    const isRight = path === segment ? isSegment : isCopy
    if (content?.facts.identity !== facts.identity || !isRight(sha256, content.bytes)) {
      return undefined
    }
    left -= facts.size
    found[path.slice(folder.length + 1)] = facts.identity
  }
  return found
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
  ports: VerifyPorts,
  note: { readonly madeAt: number; readonly files: Readonly<Record<string, string>> },
): Promise<void> {
  const { files, folder } = ports
  const temp = tempIn(ports)
  await files.createBrief(temp, Buffer.from(`${JSON.stringify({ version: 1, ...note })}\n`))
  try {
    files.rename(temp, `${folder}/${NOTE}`)
  } catch (error) {
    files.remove(temp)
    throw error
  }
}
