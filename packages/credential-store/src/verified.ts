import type { Json, Sha256 } from '@openclaw/pairing-contracts'
import { copyOf } from './documents/base-copy.ts'
import type { FileFacts } from './documents/file-facts.ts'
import type { Files } from './documents/files.ts'
import type { MovedFolders } from './documents/places.ts'
import { decodeText, sameJson } from './documents/text.ts'
import type { StoreFiles } from './journal/files.ts'
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
  /** Where the folders of the well-known files lay that do not lie below the state directory; `undefined`: nobody knows. */
  readonly places: () => MovedFolders | undefined
}

/** What decides whether a file may have changed. */
export type Times = Pick<FileFacts, 'identity' | 'mtimeMs' | 'ctimeMs'>

/** The name of the note, below the journal's folder. */
const NOTE = 'verified.json'

/** Reads the note when it is first asked; without one, or with a damaged one, nothing is covered. */
export function readVerified(files: Files, folder: string): Verified {
  let known: Note | undefined
  const noted = (): Note => {
    known ??= readNote(files, `${folder}/${NOTE}`)
    return known
  }
  return {
    covers: (path, facts) => {
      const { madeAt, identities } = noted()
      // NOTE a change within the tick in which the note was made would leave no trace
      const settled = facts.mtimeMs < madeAt && facts.ctimeMs < madeAt
      return settled && identities.get(nameOf(folder, path)) === facts.identity
    },
    places: () => noted().places,
  }
}

/** What a path is called in the note: short below the journal's folder, whole elsewhere. */
function nameOf(folder: string, path: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path
}

/** Removes the note: what it says of places is not true any more. */
export function forgetVerified(files: Pick<StoreFiles, 'stat' | 'remove'>, folder: string): void {
  const path = `${folder}/${NOTE}`
  if (files.stat(path)) files.remove(path)
}

interface Note {
  /** The file system's time after which nothing was checked. */
  readonly madeAt: number
  readonly identities: ReadonlyMap<string, string>
  readonly places: MovedFolders | undefined
}

function readNote(files: Files, path: string): Note {
  try {
    const content = files.stat(path)?.kind === 'file' ? files.read(path) : undefined
    if (content === undefined) return NOTHING
    const {
      madeAt,
      files: found,
      places,
    } = JSON.parse(Buffer.from(content.bytes).toString()) as {
      readonly [name in 'madeAt' | 'files' | 'places']?: Json
    }
    const time = typeof madeAt === 'number' ? Math.min(madeAt, content.facts.mtimeMs) : 0
    return {
      madeAt: time,
      identities: new Map(textsIn(found)),
      places: places === undefined ? undefined : Object.fromEntries(textsIn(places)),
    }
  } catch {
    return NOTHING
  }
}

function textsIn(json: Json | undefined): readonly [string, string][] {
  return Object.entries(json ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
}

const NOTHING: Note = { madeAt: 0, identities: new Map(), places: undefined }

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
  /** Where those lie that do not lie below the state directory; absent where nobody noted it. */
  readonly places?: MovedFolders | undefined
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
    if (checked) await writeNote(ports, { madeAt, files: checked, places: what.places })
  } catch {
    // the note only saves time
  }
}

function isNoted({ files, folder }: VerifyPorts, what: ToVerify): boolean {
  const { segment, documents, places } = what
  const noted = readVerified(files, folder)
  if (!sameJson(noted.places() ?? null, places ?? null)) return false
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
  note: {
    readonly madeAt: number
    readonly files: Readonly<Record<string, string>>
    readonly places: MovedFolders | undefined
  },
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
