import { type BaseCopies, type BaseCopy, readCopies } from './base-copy.ts'
import type { Context } from './context.ts'
import type { Document } from './document.ts'
import type { Files } from './files.ts'
import { decodeText } from './text.ts'

/**
 * Finishes or undoes a replacement that was cut off, and answers the copies after that. Under the documents lock.
 *
 * The steps of a replacement are: the temporary file, `.next`, the rename of the temporary file over the document, the
 * rename of `.next` to `.base`. So while `.next` is there, the document was not replaced if it still says what the base
 * says; otherwise the temporary file tells, for somebody may have written the document since.
 */
export async function recoverCopies(context: Context, document: Document): Promise<BaseCopies> {
  const copies = readCopies(context, document)
  const { next, base } = copies
  if (next === undefined) return copies
  if (next === 'torn' || !wasMoved(context, document, { base, next })) {
    undo(context, document, next === 'torn' ? '' : next.temp)
    return { base, next: undefined }
  }
  await promote(context, document)
  return { base: next, next: undefined }
}

/** Makes `.next` the base, once the document itself is sure to survive a power cut. */
export async function promote({ files }: Context, document: Document): Promise<void> {
  // NOTE the order matters: a base that is newer than the document would make our own older file look like a hand edit
  await files.syncFolder(document.folder)
  files.rename(document.next, document.base)
}

/** Takes a begun replacement back. `.next` goes first: without its temporary file it would say "done". */
export function undo({ files }: Context, document: Document, temp: string): void {
  files.remove(document.next)
  if (temp !== '') files.remove(`${document.folder}/${temp}`)
}

function wasMoved(
  { files }: Context,
  { folder, path }: Document,
  { base, next }: { readonly base: BaseCopy | undefined; readonly next: BaseCopy },
): boolean {
  if (next.temp === '') return true
  // NOTE after a power cut the temporary file may be gone without having been moved
  if (textOf(files, path) === base?.text) return false
  return files.stat(`${folder}/${next.temp}`) === undefined
}

/** `undefined` when there is none, or no text. */
function textOf(files: Files, path: string): string | undefined {
  try {
    const content = files.read(path)
    return content && decodeText(content.bytes)
  } catch {
    return undefined
  }
}
