import type { Call, Command } from '../args/types.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { candidates } from '../people/candidates.ts'

/** `__complete`: asked by the completion scripts; the last word is the one being typed. */
export const command: Command = {
  usage: ['__complete -- <word>…'],
  about: 'Prints what may follow, one candidate a line, a tab and what it is.',
  options: {},
  words: { min: 0, max: 256 },
  examples: [],
  run: complete,
}

async function complete(call: Call): Promise<ExitCode> {
  const typed = call.words.at(-1) ?? ''
  const found = await candidates(call, call.words.slice(0, -1), typed)
  const matching = found.filter(({ value }) => value.startsWith(typed))
  call.screen.out.lines(matching.map(({ value, what }) => `${value}\t${what}`))
  return EXIT.done
}
