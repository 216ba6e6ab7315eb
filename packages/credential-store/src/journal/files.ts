/** What `stat` says; `node:fs` stats fit. */
export interface FileStat {
  readonly size: number
  readonly ino: number
  readonly dev: number
  /** 0 once the last name of an open file is gone. */
  readonly nlink: number
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeMs: number
  readonly ctimeMs: number
  readonly isFile: () => boolean
  readonly isDirectory: () => boolean
  readonly isSymbolicLink: () => boolean
}

/** How a file is opened. No mode follows a link in the last part of the path; `new` refuses what exists and makes it 0600. */
export type OpenMode = 'read' | 'append' | 'new'

/**
 * The files that the journal needs. Everything throws what `node:fs` throws, with its `code`.
 * Quick calls are synchronous (a page cache is not slower for waiting); the slow ones, syncs, are not.
 */
export interface StoreFiles {
  readonly open: (path: string, mode: OpenMode) => number
  readonly close: (fd: number) => void
  /** Of an open file. */
  readonly statOpen: (fd: number) => FileStat
  /** True when an open file has nothing at `position` or behind it; the one call on the hot path. */
  readonly endsAt: (fd: number, position: number) => boolean
  /** Of a name, links not followed; `undefined` when there is nothing. */
  readonly stat: (path: string) => FileStat | undefined
  /** Of a name, links followed. */
  readonly statTarget: (path: string) => FileStat | undefined
  /** Up to `length` bytes from `position`; fewer only at the end of the file. */
  readonly read: (fd: number, position: number, length: number) => Uint8Array
  /** One `write` call; answers how many bytes it took. In mode `append` they land at the end. */
  readonly write: (fd: number, bytes: Uint8Array) => number
  readonly truncate: (fd: number, size: number) => void
  /** Resolves when the contents are durable. After a rejection the same `fd` must not be asked again. */
  readonly sync: (fd: number) => Promise<void>
  /** Makes names in a directory durable. */
  readonly syncDirectory: (path: string) => Promise<void>
  readonly list: (path: string) => readonly string[]
  /** Makes one directory, 0700. */
  readonly makeDirectory: (path: string) => void
  /** Removes one directory, which must be empty. */
  readonly removeDirectory: (path: string) => void
  /** Gives a file a second name; refuses what exists. */
  readonly link: (from: string, to: string) => void
  readonly rename: (from: string, to: string) => void
  readonly remove: (path: string) => void
  readonly chmod: (path: string, mode: number) => void
  readonly chown: (path: string, uid: number, gid: number) => void
}

/** The error name of the operating system, such as `ENOENT`; `undefined` for anything else. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined
}

/** Lets go of an open file. What was to be durable has been synced before, so a refusal changes nothing. */
export function closeQuietly({ close }: Pick<StoreFiles, 'close'>, fd: number): void {
  try {
    close(fd)
  } catch {
    // nothing depends on it
  }
}
