import { spawn, spawnSync } from 'node:child_process'
import type { Home } from './cli.ts'

/** Why terminal tests cannot run here; `undefined`: they can. The tool is part of util-linux and of every Debian. */
export const noTerminal: string | undefined =
  process.platform === 'linux' && spawnSync('script', ['--version']).status === 0
    ? undefined
    : 'no script(1) of util-linux'

/** A command on a terminal of its own. */
export interface TerminalRun {
  /** Resolves when the screen has said this. */
  readonly shows: (pattern: RegExp) => Promise<void>
  readonly type: (keys: string) => void
  readonly screen: () => string
  readonly exit: Promise<number | null>
}

/** Runs a command line on a terminal of 80 columns and 40 lines, or as `COLUMNS` and `LINES` say. */
export function onTerminal(
  home: Home,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): TerminalRun {
  const line = [process.execPath, home.main, ...args].map((word) => `'${word}'`).join(' ')
  const { COLUMNS = '80', LINES = '40' } = env
  const size = `stty cols ${COLUMNS} rows ${LINES}`
  const child = spawn('script', ['-qec', `${size}; exec ${line}`, '/dev/null'], {
    cwd: home.folder,
    env: { ...home.env, TERM: 'xterm', SHELL: '/bin/sh', ...env },
  })
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (screen += part))
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return {
    exit,
    screen: () => screen,
    type: (keys) => void child.stdin.write(keys),
    shows: async (pattern) => {
      const until = Date.now() + 10_000
      while (!pattern.test(screen)) {
        if (Date.now() > until) throw new Error(`never showed ${String(pattern)}:\n${screen}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
  }
}
