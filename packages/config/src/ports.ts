/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What is at a path. */
export interface FileFacts {
  /** `other`: a socket, a pipe, a device, or a link that leads nowhere. */
  readonly kind: 'file' | 'directory' | 'other'
  /** Bytes. */
  readonly size: number
  readonly mtimeMs: number
  /** Changes when another file takes the path. */
  readonly identity: string
  /** The nine permission bits; 0o600 where the platform has none. */
  readonly mode: number
  /** The owner's user id; `undefined` where the platform has none. */
  readonly uid: number | undefined
}

/** The files of a machine, and how its paths are spelled. `nodeFiles()` of `./node` is the real one. */
export interface ConfigFiles {
  /** The directory that relative paths start from. */
  readonly cwd: string
  /** The home directory that the operating system knows. */
  readonly osHome: () => string | undefined
  readonly join: (...parts: readonly string[]) => string
  /** `to` as an absolute, normal path; a relative one starts at the absolute `from`. */
  readonly resolve: (from: string, to: string) => string
  readonly dirname: (path: string) => string
  /** `/` or `\`. */
  readonly separator: string
  /** Follows links; `undefined` when nothing is there. Throws the system's error when that cannot be told. */
  readonly stat: (path: string) => FileFacts | undefined
  /** The first `maxBytes` of a regular file; throws the system's error for anything else, never waits. */
  readonly read: (path: string, maxBytes: number) => Uint8Array
  /** The path without links; throws the system's error when it leads nowhere. */
  readonly realPath: (path: string) => string
}

/** What is known of other processes. */
export interface ProcessTable {
  readonly ownPid: number
  /** False for a zombie. Only asked about whole numbers above 0. */
  readonly isAlive: (pid: number) => boolean
  /** The kernel's start time (field 22 of `/proc/<pid>/stat`); `undefined` where there is none. */
  readonly startTime: (pid: number) => number | undefined
}
