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
    throw new UnknownArgument(`--port ${port}`)
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
    const named = /'(-[^']*)'/.exec(error instanceof Error ? error.message : '')?.[1]
    throw new UnknownArgument(named ?? args.join(' '))
  }
}
