import type { Json, Sha256 } from '@openclaw/pairing-contracts'
import { copyOf } from './documents/base-copy.ts'
import type { FileFacts } from './documents/file-facts.ts'
import type { Files } from './documents/files.ts'
import { decodeText } from './documents/text.ts'
import { checkHash } from './journal/frame.ts'
import { TICK_MS, VERIFIED_BYTES } from './limits.ts'

/**
 * Which files were checked to the last byte, and what `stat` said of them then: the journal's newest segment, our
 * copies of the well-known files, and those files themselves where they say what our copies say. A process
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
      return settled && note.identities.get(nameOf(folder, path)) === facts.identity
    },
  }
}

/** What a path is called in the note: short below the journal's folder, whole elsewhere. */
function nameOf(folder: string, path: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path
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

/** The files to check: the segment in use, and well-known files with our copies of them, of which some may be missing. */
export interface ToVerify {
  readonly segment: string
  readonly documents: readonly CopiedDocument[]
}

/** Where a well-known file and our copy of it lie. */
export interface CopiedDocument {
  readonly path: string
  readonly copy: string
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

function isNoted({ files, folder }: VerifyPorts, { segment, documents }: ToVerify): boolean {
  const noted = readVerified(files, folder)
  const paths = documents.flatMap(({ path, copy }) => [path, copy])
  return [segment, ...paths].every((path) => {
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

/** `undefined` when one of our files is not what it should be, changed just now, or is too long to be checked in passing. */
function checkAll(
  ports: VerifyPorts,
  { segment, documents }: ToVerify,
  madeAt: number,
): Readonly<Record<string, string>> | undefined {
  const checker = checkerOf(ports, madeAt)
  if (!checker.check(segment, (bytes) => isSegment(ports.sha256, bytes))) return undefined
  for (const { path, copy } of documents) {
    let text: string | undefined
    const isCopy = (bytes: Uint8Array): boolean => {
      text = copyOf(bytes, ports.sha256)?.text
      return text !== undefined
    }
    if (!checker.check(copy, isCopy)) return undefined
    // Another program may have written it since: then it is looked at again, and the note is good without it.
    if (text !== undefined) checker.check(path, (bytes) => decodeText(bytes) === text)
  }
  return checker.found
}

interface Checker {
  readonly found: Readonly<Record<string, string>>
  /** False when the file is not right; true when it is missing. */
  readonly check: (path: string, isRight: (bytes: Uint8Array) => boolean) => boolean
}

function checkerOf({ files, folder }: VerifyPorts, madeAt: number): Checker {
  const found: Record<string, string> = {}
  let left = VERIFIED_BYTES
  return {
    found,
    check: (path, isRight) => {
      const facts = files.stat(path)
      if (facts === undefined) return true
      if (facts.size > left || facts.mtimeMs >= madeAt || facts.ctimeMs >= madeAt) return false
      const content = files.read(path)
      if (content?.facts.identity !== facts.identity || !isRight(content.bytes)) return false
      left -= facts.size
      found[nameOf(folder, path)] = facts.identity
      return true
    },
  }
}

/** Whole lines with right checksums; whoever reads them sees whether they follow one another. Throws for a wrong one. */
function isSegment(sha256: Sha256, bytes: Uint8Array): boolean {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString().split('\n')
  if (lines.pop() !== '') return false
  for (const line of lines) checkHash(sha256, line)
  return true
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
