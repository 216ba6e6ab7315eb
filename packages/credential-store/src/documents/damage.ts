import type { Context } from './context.ts'
import type { Document } from './document.ts'
import { sameBytes } from './files.ts'
import { KEPT_ASIDE } from './limits.ts'
import { type DamagedSight, tighten } from './sight.ts'
import { drawTempName } from './temp-names.ts'

/**
 * Keeps what a damaged document holds, in `<file>.damaged-<time>-<n>`, and answers that path; the same bytes only once.
 * What is no file, or too large to be copied, is moved there. Rejects when that failed: then the document must stay.
 */
export async function keepAside(
  context: Context,
  document: Document,
  { content }: DamagedSight,
): Promise<string> {
  const { files, ports } = context
  const kept = keptCopies(context, document)
  const known = content && findSame(context, kept, content.bytes)
  if (known !== undefined) return known
  const path = `${document.path}.damaged-${stampOf(ports.clock.now())}-${nextNumber(kept)}`
  makeRoom(context, kept)
  if (content) await copyAside(context, document, { path, bytes: content.bytes })
  else {
    files.rename(document.path, path)
    tighten(context, path)
  }
  await files.syncFolder(document.folder)
  return path
}

/** Paths of what was kept aside of a document, oldest first. */
export function keptCopies(
  { files }: Pick<Context, 'files'>,
  { folder, fileName }: Document,
): readonly string[] {
  const names = files.list(folder)
  return names
    .filter((name) => name.startsWith(`${fileName}.damaged-`))
    .filter((name) => /^\d{8}T\d{9}Z-\d+$/.test(name.slice(fileName.length + 9)))
    .sort((a, b) => numberOf(a) - numberOf(b))
    .map((name) => `${folder}/${name}`)
}

/** By way of a temporary file, so that a copy that was cut off is never taken for one. */
async function copyAside(
  context: Context,
  { folder, fileName }: Document,
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
): Promise<void> {
  const temp = `${folder}/${drawTempName(context, fileName)}`
  await context.files.create(temp, bytes)
  context.files.rename(temp, path)
}

function findSame(
  { files }: Context,
  kept: readonly string[],
  bytes: Uint8Array,
): string | undefined {
  for (const path of kept) {
    const stat = files.stat(path)
    if (stat?.kind !== 'file' || stat.size !== bytes.length) continue
    const copy = files.read(path)
    if (copy && sameBytes(copy.bytes, bytes)) return path
  }
  return undefined
}

/** Removes the oldest, so that one more fits. A folder is not ours to empty, so too many of these are an error. */
function makeRoom({ files }: Context, kept: readonly string[]): void {
  for (const path of kept.slice(0, Math.max(kept.length - KEPT_ASIDE + 1, 0))) files.remove(path)
}

function nextNumber(kept: readonly string[]): number {
  return kept.reduce((highest, path) => Math.max(highest, numberOf(path)), 0) + 1
}

function numberOf(path: string): number {
  return Number(/-(\d+)$/.exec(path)?.[1] ?? 0)
}

/** `20261122T181542588Z`. */
function stampOf(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:.]/g, '')
}
