import { encodeCopy } from './base-copy.ts'
import type { Context } from './context.ts'
import type { Document } from './document.ts'
import { folderOf } from './files.ts'
import { promote } from './recover.ts'
import { drawHex } from './temp-names.ts'

/** Makes `text`, which is in the document now, our copy of it. Under the documents lock, after a recovery. */
export async function acceptText(
  context: Context,
  document: Document,
  text: string,
): Promise<void> {
  const { files, ports } = context
  // another program need not have synced it; a copy that outlives it would make the older file look like a hand edit
  await files.syncFile(document.path)
  await makeBaseFolder(context, document)
  const seq = await ports.host.settle(ports.host.seq())
  const copy = { id: drawHex(ports.random), temp: '', seq: seq || undefined, text }
  await files.create(document.next, encodeCopy(copy, ports.sha256))
  await promote(context, document)
}

/** Makes the folder of our copies, each level 0700. */
export async function makeBaseFolder(
  { files, options }: Pick<Context, 'files' | 'options'>,
  { baseFolder }: Document,
): Promise<void> {
  if (files.stat(baseFolder)) return
  for (const level of [folderOf(options.folder), options.folder, baseFolder]) {
    await files.makeFolder(level)
  }
}
