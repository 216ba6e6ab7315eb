import { hostname } from 'node:os'
import type { Call, Command } from '../args/types.ts'
import { given, text } from '../args/values.ts'
import { FailedError, NotFoundError, RefusedError, UsageError } from '../errors.ts'
import type { ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { pathsOf } from '../paths.ts'
import { version } from '../version.ts'

/** A name longer than this is no name. */
const NAME_LENGTH = 64
/** Words that a code becomes when it was pasted with the lines of a mail in it. */
const PIECES = 64

/** `node join`. */
export const command: Command = {
  usage: ['node join [<setup code>] [--name <name>]', 'node join - < FILE'],
  about:
    'Makes this computer a node of a gateway elsewhere: asks there to be paired, waits for its owner, and stays connected until Ctrl-C. It runs no commands of others; all it tells is where a program lies (system.which). Its key is kept, so that without a code it connects again. Where no gateway is known yet, it asks for the code, or reads it from stdin.',
  options: {
    name: { type: 'string', value: '<name>', summary: 'how the owner sees it; the host name' },
    once: { type: 'boolean', summary: 'ends as soon as it is connected' },
  },
  words: { min: 0, max: PIECES },
  json: 'lines',
  examples: [
    { line: 'node join', what: 'paste the code where others do not see it in ps' },
    { line: 'node join eyJ1cmwiOi… --name kitchen', what: 'with the code of /pair or qr' },
    { line: 'node join --json', what: 'for a script: one object a line' },
  ],
  run,
}

async function run(call: Call): Promise<ExitCode> {
  // The code stands in what `ps` shows of this process; it is not needed there.
  if (call.words.length > 0) process.title = 'openclaw node join'
  const { screen, world, program } = call
  const { joinGateway } = await import('../client-app.ts')
  return joinGateway({
    ...{ screen, json: call.json, program, env: world.env, now: world.now },
    words: call.words,
    name: nameOf(call),
    hostName: nameFit(hostname()),
    isOnce: given(call, 'once'),
    stdinIsTerminal: world.stdinIsTerminal,
    stateDir: pathsOf(call).stateDir,
    version: version(),
    errors: { FailedError, NotFoundError, RefusedError, UsageError },
  })
}

function nameOf(call: Call): string | undefined {
  const typed = text(call, 'name')
  const name = typed === undefined ? undefined : nameFit(typed)
  if (name === '') throw new UsageError('--name is empty', { hint: '--name kitchen' })
  return name
}

/** What a device can sign: no bar, and no longer than is shown. */
function nameFit(typed: string): string {
  return safe(typed).replaceAll('|', ' ').trim().slice(0, NAME_LENGTH)
}
