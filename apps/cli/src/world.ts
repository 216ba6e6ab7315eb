import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { programName } from './program.ts'

/** A stream that a person or a program reads. */
export interface Sink {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  /** Columns of the terminal; `undefined` when it is none. */
  readonly columns: number | undefined
}

/** Everything outside the process that a command may touch. */
export interface World {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: Sink
  readonly err: Sink
  readonly stdinIsTerminal: boolean
  /** Ms since 1970. */
  readonly now: () => number
  /** The operating system's name of who runs this. */
  readonly user: string
  /** How this program is called where it runs: `openclaw`, `npx openclaw`, or a path. */
  readonly program: string
}

/** The world of this process. */
export function processWorld(): World {
  return {
    args: process.argv.slice(2),
    env: process.env,
    out: sink(process.stdout),
    err: sink(process.stderr),
    stdinIsTerminal: process.stdin.isTTY === true,
    now: Date.now,
    user: userName(),
    program: programName({
      script: process.argv[1] ?? 'openclaw',
      cwd: process.cwd(),
      env: process.env,
      exists: existsSync,
    }),
  }
}

/** A reader that went away (`| head`) is no error: the rest is dropped. */
function sink(stream: NodeJS.WriteStream): Sink {
  let open = true
  stream.on('error', (error: NodeJS.ErrnoException) => {
    open = false
    if (error.code !== 'EPIPE') process.exitCode = 1
  })
  return {
    write: (text) => {
      if (open) stream.write(text)
    },
    isTerminal: stream.isTTY === true,
    columns: stream.isTTY === true ? stream.columns : undefined,
  }
}

/** An account without an entry in the user database (a container's numeric user) still acts. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${String(process.getuid?.() ?? 'unknown')}`
  }
}
