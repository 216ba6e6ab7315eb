import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { programName } from '../../src/program.ts'
import { run } from '../../src/run.ts'
import type { Sink } from '../../src/world.ts'
import { emptyHome, type Home, type Json, type Ran, type RunOptions } from './cli.ts'

/** A home directory with its commands in the process of the test. */
export interface HomeHere extends Home {
  /** The same, with each command a process of its own. */
  readonly apart: Home
}

/**
 * An empty home directory whose commands run in the process of the test, at a fifth of the cost: for what they say and do.
 * Nobody is at their standard input. The two lists are processes still: they have bundles of their own.
 */
export async function homeHere(more: Readonly<Record<string, string>> = {}): Promise<HomeHere> {
  const apart = await emptyHome(more)
  const runHere = (args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
    isList(args) ? apart.run(args, options) : ranHere(apart, args, options)
  return {
    ...apart,
    apart,
    run: runHere,
    json: async (args, options) => {
      const json: unknown = JSON.parse((await runHere([...args, '--json'], options)).stdout)
      return json as Json
    },
  }
}

const isList = ([group, command]: readonly string[]): boolean =>
  command === 'list' && (group === 'pairing' || group === 'devices')

async function ranHere(home: Home, args: readonly string[], options: RunOptions): Promise<Ran> {
  const [out, err] = [pipe(), pipe()]
  const env = { ...home.env, ...options.env }
  const cwd = options.cwd ?? home.folder
  const exit = await run({
    ...{ args, env, out, err, isPosix: true, now: Date.now },
    stdinIsTerminal: () => false,
    user: () => userInfo().username,
    program: programName({ script: home.main, cwd, env, exists: existsSync }),
  })
  return { stdout: out.text(), stderr: err.text(), exit }
}

function pipe(): Sink & { readonly text: () => string } {
  let text = ''
  return {
    ...{ isTerminal: false, columns: undefined, rows: undefined },
    write: (more) => {
      text += more
    },
    text: () => text,
  }
}
