import { errnoOf } from '../journal/files.ts'
import { makeBaseFolder } from './accept.ts'
import { encodeCopy } from './base-copy.ts'
import type { Context } from './context.ts'
import type { Document } from './document.ts'
import { RenameRefused } from './errors.ts'
import type { FileContent } from './files.ts'
import { RENAME_PAUSE_MS, RENAME_TRIES } from './limits.ts'
import { promote, undo } from './recover.ts'
import { tokenOf } from './sight.ts'
import { drawHex, drawTempName } from './temp-names.ts'
import { encodeText } from './text.ts'

/** What is to stand in a document, and instead of what. */
export interface Replacement {
  readonly text: string
  /** See `BaseCopy`; 0: nobody knows. */
  readonly seq: number
  /** What was read there; `undefined`: nothing. */
  readonly expected: FileContent | undefined
  /** Asked last before the move: false when a lock was lost. */
  readonly mayMove: () => boolean
}

/**
 * Replaces a document at once, so that every reader finds the old or the new one whole, and what is there after a power
 * cut is known to be ours. Under the documents lock, after a recovery.
 *
 * @returns false when the document is not {@link Replacement.expected} any more; nothing was changed then
 * @throws {@link RenameRefused} after {@link RENAME_TRIES} tries, and errors of the operating system; whether the document
 *   was changed is told by the next recovery
 */
export async function replaceDocument(
  context: Context,
  document: Document,
  replacement: Replacement,
): Promise<boolean> {
  const { files } = context
  const temp = drawTempName(context, document.fileName)
  await makeBaseFolder(context, document)
  await files.create(`${document.folder}/${temp}`, encodeText(replacement.text))
  try {
    await writeAhead(context, document, { temp, replacement })
    if (!(await move(context, document, { ...replacement, temp }))) {
      undo(context, document, temp)
      return false
    }
  } catch (error) {
    undoQuietly(context, document, temp)
    throw error
  }
  await promote(context, document)
  return true
}

function undoQuietly(context: Context, document: Document, temp: string): void {
  try {
    undo(context, document, temp)
  } catch {
    // NOTE the next recovery does it
  }
}

async function writeAhead(
  { files, ports }: Context,
  document: Document,
  {
    temp,
    replacement: { seq, text },
  }: { readonly temp: string; readonly replacement: Replacement },
): Promise<void> {
  const copy = { id: drawHex(ports.random), temp, seq: seq || undefined, text }
  await files.create(document.next, encodeCopy(copy, ports.sha256))
  await files.syncFolder(document.baseFolder)
}

/** What is refused for the moment: a file that is open elsewhere (Windows) or mounted on its own (containers). */
const passing = new Set(['EBUSY', 'EXDEV', 'EPERM', 'EACCES', 'ETXTBSY'])

async function move(
  { files, ports, rewriting }: Context,
  { folder, path }: Document,
  { temp, expected, mayMove }: Replacement & { readonly temp: string },
): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      const moved = mayMove() && files.replace(`${folder}/${temp}`, path, expected)
      if (moved && rewriting) rewriting.token = tokenOf({ files }, path)
      return moved
    } catch (error) {
      if (!passing.has(errnoOf(error) ?? '')) throw error
      if (tries === RENAME_TRIES) throw new RenameRefused(path, error)
      await ports.sleep(RENAME_PAUSE_MS * 2 ** (tries - 1))
    }
  }
}
