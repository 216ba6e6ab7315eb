import { parseArgs } from 'node:util'
import { UnknownArgument } from './errors.ts'
import type { GatewayOptions } from './types.ts'

/**
 * Reads the gateway's command line: `--profile <name>`, `--dev`, `--port <port>`, `--program <words>`, `--verbose`.
 *
 * @throws {@link UnknownArgument}
 */
export function readArgs(args: readonly string[]): GatewayOptions {
  const { profile, dev, port, program, verbose } = parse(args)
  const number = port !== undefined && /^\d{1,5}$/.test(port) ? Number(port) : undefined
  if (port !== undefined && (number === undefined || number > 65_535)) {
    throw new UnknownArgument(`--port ${port} is not a number from 0 to 65535`)
  }
  const named = dev === true ? 'dev' : profile
  return {
    ...(named !== undefined && { profile: named }),
    ...(number !== undefined && { port: number }),
    ...(program !== undefined && { program }),
    ...(verbose === true && { logLevel: 'debug' }),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        profile: { type: 'string' },
        dev: { type: 'boolean' },
        port: { type: 'string' },
        program: { type: 'string' },
        verbose: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new UnknownArgument(problemOf(error))
  }
}

type NodeError = Error & { readonly code?: string }

/** What Node's parser says, in our words. */
function problemOf(error: unknown): string {
  const { message = '', code = undefined } = error instanceof Error ? (error as NodeError) : {}
  const word = /'(-{0,2}[^' ]*)/.exec(message)?.[1] ?? ''
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    return /does not take/.test(message) ? `${word} takes no value` : `${word} needs a value`
  }
  return word.startsWith('-') ? `there is no option ${word}` : `“${word}” is too much`
}
