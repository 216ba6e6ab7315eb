import { ownedFiles } from '../documents/context.ts'
import { decodeText, encodeText } from '../documents/text.ts'
import { JournalUnreadable } from '../journal/errors.ts'
import { errnoOf } from '../journal/files.ts'
import type { StorePorts } from '../store-ports.ts'
import { StoreMoved, StoreUnfinished } from './errors.ts'
import { decodeMark } from './mark-json.ts'
import type { TransferMark } from './types.ts'

/** What keeping marks takes. */
export type MarkPorts = Pick<StorePorts, 'files' | 'process'>

/** The name of the mark, below the journal's folder. */
const MARK = 'moved.json'

function markPath(root: string): string {
  return `${root}/pairing-journal/${MARK}`
}

/**
 * Refuses a store that was moved away, or that is only a part. One look at a name where there is no mark.
 *
 * @throws `ERR_STORE_MOVED`, `ERR_STORE_UNFINISHED`, `ERR_JOURNAL_UNREADABLE`
 */
export function assertHere(root: string, ports: MarkPorts): void {
  const mark = readMark(root, ports)
  if (mark?.kind === 'away') throw new StoreMoved(root, mark)
  if (mark?.kind === 'arriving') throw new StoreUnfinished(root, mark.from)
}

/** The mark of a state directory; one that cannot be read is no leave to go on. */
export function readMark(root: string, ports: MarkPorts): TransferMark | undefined {
  const path = markPath(root)
  try {
    if (ports.files.stat(path) === undefined) return undefined
    const content = ownedFiles({ root }, ports).files.read(path)
    if (content === undefined) return undefined
    const mark = decodeMark(decodeText(content.bytes) ?? '')
    if (mark) return mark
  } catch (cause) {
    // whoever reads the journal says what stands in its place
    if (errnoOf(cause) === 'ENOTDIR') return undefined
    throw new JournalUnreadable(path, cause)
  }
  throw new JournalUnreadable(path, new Error('it does not say where the store was moved to'))
}

/** Leaves a mark, in place of any other. Durable when it resolves. */
export async function writeMark(root: string, ports: MarkPorts, mark: TransferMark): Promise<void> {
  const path = markPath(root)
  const { files } = ownedFiles({ root }, ports)
  const temp = `${path}.new`
  // left by a process that died
  files.remove(temp)
  await files.create(temp, encodeText(`${JSON.stringify({ version: 1, ...mark })}\n`))
  files.rename(temp, path)
  await files.syncFolder(`${root}/pairing-journal`)
}

/** Takes the mark away. Durable when it resolves. */
export async function removeMark(root: string, ports: MarkPorts): Promise<void> {
  const { files } = ownedFiles({ root }, ports)
  files.remove(markPath(root))
  await files.syncFolder(`${root}/pairing-journal`)
}
