import { lchown, lstat, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Whose a file is. */
export interface Heir {
  readonly uid: number
  readonly gid: number
}

/**
 * Who gets what this process makes at `path`: root that works in somebody else's directory leaves it to them, so that
 * they can go on without root. `undefined`: nobody but who made it.
 */
export async function heirOf(path: string): Promise<Heir | undefined> {
  if (process.getuid?.() !== 0) return undefined
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    const found = await lstat(at).catch(() => undefined)
    if (found !== undefined) return found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid }
  }
  return undefined
}

/** Makes a directory for its owner only, and those above it that are missing; each goes to the heir. */
export async function makePrivateDirectory(path: string): Promise<void> {
  const heir = await heirOf(path)
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (heir === undefined || first === undefined) return
  // The highest one last: until then its owner is still whom the next look finds.
  for (let at = path; ; at = dirname(at)) {
    await lchown(at, heir.uid, heir.gid)
    if (at === first || at === dirname(at)) return
  }
}
