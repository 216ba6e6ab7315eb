import { printHelp } from '../args/help.ts'
import { route } from '../args/route.ts'
import type { Call, Command } from '../args/types.ts'
import { UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'

/** `help`. */
export const command: Command = {
  usage: ['help [command…]'],
  about: 'Shows the help of a command; the same as --help behind it.',
  options: {},
  words: { min: 0, max: 3 },
  complete: ['command'],
  examples: [{ line: 'help pairing approve', what: 'how to let somebody in' }],
  run: help,
}

async function help({ words, json, screen, program, tree }: Call): Promise<ExitCode> {
  const { path, rest } = route(tree, words)
  const [extra] = rest
  if (extra !== undefined) {
    const known = path.slice(1).map(({ name }) => name)
    throw new UsageError(`unknown command “${[...known, extra].join(' ')}”`, {
      hint: `openclaw ${[...known, '--help'].join(' ')}`,
    })
  }
  printHelp(screen, { path, command: await path.at(-1)?.load?.(), program }, { json })
  return EXIT.done
}
