import { existsSync, fstatSync, statSync, writeSync } from 'node:fs'
import { devNull, userInfo } from 'node:os'
import { programName } from './program.ts'

/** A stream that a person or a program reads. */
export interface Sink {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  /** Columns of the terminal; `undefined` when it is none. */
  readonly columns: number | undefined
  /** Its lines. */
  readonly rows: number | undefined
}

/** Everything outside the process that a command may touch. */
export interface World {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: Sink
  readonly err: Sink
  readonly stdinIsTerminal: () => boolean
  /** Ms since 1970. */
  readonly now: () => number
  /** The operating system's name of who runs this; looking it up takes a moment. */
  readonly user: () => string
  /** How this program is called where it runs: `openclaw`, `npx openclaw`, or a path. */
  readonly program: string
  /** True where a line `NAME=value program` means something. */
  readonly isPosix: boolean
}

/** The world of this process. */
export function processWorld(): World {
  return {
    args: process.argv.slice(2),
    env: process.env,
    out: sink(1, () => process.stdout),
    err: sink(2, () => process.stderr),
    stdinIsTerminal: () => isTerminal(0, () => process.stdin),
    now: Date.now,
    user: userName,
    program: programName({
      script: process.argv[1] ?? 'openclaw',
      cwd: process.cwd(),
      env: process.env,
      exists: existsSync,
    }),
    isPosix: process.platform !== 'win32',
  }
}

/** Node's own streams load a good part of Node; they are only asked where there may be a terminal. */
function isTerminal(fd: number, stream: () => { readonly isTTY?: boolean }): boolean {
  try {
    const facts = fstatSync(fd)
    if (!facts.isCharacterDevice()) return false
    const isNull = facts.rdev === statSync(devNull, { throwIfNoEntry: false })?.rdev
    return !isNull && stream().isTTY === true
  } catch {
    return false
  }
}

/** Writes at once and in order. A reader that went away (`| head`) is no error: the rest is dropped. */
function sink(fd: number, stream: () => NodeJS.WriteStream): Sink {
  const terminal = isTerminal(fd, stream)
  let open = true
  return {
    write: (text) => {
      if (open) open = writeAll(fd, Buffer.from(text))
    },
    isTerminal: terminal,
    columns: terminal ? stream().columns : undefined,
    rows: terminal ? stream().rows : undefined,
  }
}

const RETRY_MS = 5

/** False when nobody reads any more. A slow reader of a pipe that does not block is waited for. */
function writeAll(fd: number, bytes: Uint8Array): boolean {
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EPIPE') return false
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
    }
  }
  return true
}

/** An account without an entry in the user database (a container's numeric user) still acts. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${String(process.getuid?.() ?? 'unknown')}`
  }
}
