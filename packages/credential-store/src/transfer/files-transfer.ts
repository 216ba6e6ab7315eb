import type { DocumentFamily } from '@openclaw/pairing-contracts'
import { isPlainName, placeOf } from '../documents/document.ts'
import { foldersOf } from '../documents/places.ts'
import { lastWitness } from '../documents/witness.ts'
import { listSegments, openNewest } from '../journal/position.ts'
import { WRITER_LOCK } from '../lock-names.ts'
import { assertEnd } from '../lost-end.ts'
import { guardRoot, type StoreParts, storeParts } from '../store-parts.ts'
import type { FileStoreOptions, StorePorts } from '../store-ports.ts'
import { TransferChanged } from './errors.ts'
import { readMark, removeMark, writeMark } from './mark-file.ts'
import { isThisMark } from './mark-json.ts'
import { journalImage } from './read-journal.ts'
import { takeIntoFiles } from './take-files.ts'
import {
  type AwayMark,
  type StoreLook,
  TAKEN_COLLECTION,
  type TransferMark,
  type TransferStore,
} from './types.ts'

/** The state directory to move from or to. */
export interface FilesTransferOptions
  extends Pick<FileStoreOptions, 'root' | 'folders' | 'segmentBytes' | 'lockWaitMs'> {
  /** The well-known files: a directory that has some of its own is no empty place. */
  readonly families?: readonly DocumentFamily[]
  /** Who uses the directory now, in words: what a gateway leaves there is not known here. Nobody unless given. */
  readonly users?: () => Promise<readonly string[]>
}

/**
 * A state directory, to be moved away from or to. It looks at the journal alone: what other programs changed in the
 * well-known files has to be taken over before, by opening the store once.
 */
export function filesTransfer(options: FilesTransferOptions, ports: StorePorts): TransferStore {
  const { root } = options
  const withParts = async <R>(work: (parts: StoreParts) => Promise<R>): Promise<R> => {
    guardRoot({ root, mode: 'read' }, ports)
    const parts = storeParts({ ...options, mode: 'write', families: [] }, ports)
    try {
      return await work(parts)
    } finally {
      parts.writer.close()
      parts.journal.close()
    }
  }
  return {
    kind: 'files',
    where: root,
    look: () => withParts((parts) => lookAt(options, ports, parts)),
    withImage: (wish, use) =>
      withParts(async (parts) => {
        const reading = { ...parts.readPorts, sleep: ports.sleep }
        return use(await journalImage(reading, { ...wish, where: root }))
      }),
    take: (image, how) =>
      withParts((parts) => takeIntoFiles({ ...options, parts, ports }, image, how)),
    leave: (mark, seq) =>
      withParts((parts) =>
        parts.withLock(WRITER_LOCK, () => leave(options, ports, { parts, mark, seq })),
      ),
    reopen: (only) =>
      withParts((parts) =>
        parts.withLock(WRITER_LOCK, async () => {
          if (only && !isThisMark(readMark(root, ports), only)) throw new TransferChanged(root)
          await removeMark(root, ports)
        }),
      ),
    close: async () => undefined,
  }
}

async function lookAt(
  options: FilesTransferOptions,
  ports: StorePorts,
  parts: StoreParts,
): Promise<StoreLook> {
  const { root, users } = options
  const mark = readMark(root, ports)
  const journal = mark?.kind === 'arriving' ? NOTHING : journalOf(parts)
  const foreign = journal.isThere || mark ? [] : foreignLists(options, ports)
  const isLost = !journal.isThere && lastWitness(root, parts.readPorts) !== undefined
  return {
    state: journal.isThere || mark || isLost || foreign.length > 0 ? 'filled' : 'empty',
    ...{ seq: journal.seq, mark, taken: journal.taken, foreign },
    users: users === undefined ? [] : await users(),
  }
}

interface JournalLook extends Pick<StoreLook, 'seq' | 'taken'> {
  readonly isThere: boolean
}

const NOTHING: JournalLook = { isThere: false, seq: 0, taken: [] }

/** Throws why it cannot be read, or that its end is lost. */
function journalOf(parts: StoreParts): JournalLook {
  if (listSegments(parts.readPorts) === undefined) return NOTHING
  parts.journal.refresh()
  assertEnd(parts)
  const taken = parts.journal.records().of(TAKEN_COLLECTION).keys('')
  return { isThere: true, seq: parts.journal.seq(), taken }
}

/** Files of the families that no journal of ours knows: whoever opens the store takes them over. */
function foreignLists(
  { root, folders = {}, families = [] }: FilesTransferOptions,
  { files }: StorePorts,
): readonly string[] {
  return foldersOf({ families }).flatMap((folder) => {
    const place = placeOf({ root, folders }, folder)
    if (files.statTarget(place) === undefined) return []
    const isOurs = (name: string): boolean =>
      isPlainName(name) && families.some((family) => family.folder === folder && family.owns(name))
    return files
      .list(place)
      .filter(isOurs)
      .sort()
      .map((name) => `${place}/${name}`)
  })
}

interface Leaving {
  readonly parts: StoreParts
  readonly mark: AwayMark
  readonly seq: number
}

/** Under the lock, so that nobody writes after the look. */
async function leave(
  { root }: FilesTransferOptions,
  ports: StorePorts,
  { parts, mark, seq }: Leaving,
): Promise<void> {
  const known = readMark(root, ports)
  const newest = openNewest(parts.readPorts)
  newest?.tail.close()
  if (newest?.chain.seq() !== seq || !isSame(known, mark)) throw new TransferChanged(root)
  await writeMark(root, ports, mark)
}

function isSame(known: TransferMark | undefined, mark: AwayMark): boolean {
  return known === undefined || (known.kind === 'away' && known.id === mark.id)
}
