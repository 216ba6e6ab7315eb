import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new directory, 0700, and how to get rid of it. */
export function tempRoot(): { readonly root: string; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'credential-store-'))
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}
