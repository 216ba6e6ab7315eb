import type { FileStat } from '../journal/files.ts'

/** What stands at a path; links are not followed. */
export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** Changes whenever the file is replaced or written (but see `RACY_MS`). */
  readonly identity: string
  /** Names the file itself, whatever it holds. */
  readonly inode: string
  readonly size: number
  /** Permission bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeMs: number
  readonly ctimeMs: number
}

/** The parts of a stat that documents use. */
export function factsOf(stat: FileStat): FileFacts {
  const inode = `${String(stat.dev)}:${String(stat.ino)}`
  return {
    kind: kindOf(stat),
    identity: [inode, stat.size, stat.mtimeMs, stat.ctimeMs].join(':'),
    inode,
    size: stat.size,
    mode: stat.mode & 0o777,
    uid: stat.uid,
    gid: stat.gid,
    mtimeMs: stat.mtimeMs,
    ctimeMs: stat.ctimeMs,
  }
}

function kindOf(stat: FileStat): FileFacts['kind'] {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'folder'
  return stat.isSymbolicLink() ? 'link' : 'other'
}
