import { swap } from '../args/mend.ts'
import { nearest } from '../args/suggest.ts'
import type { Call, Command } from '../args/types.ts'
import { given, text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'

/** `gateway`. */
export const command: Command = {
  usage: ['gateway [run] [--port <port>] [--verbose]'],
  about:
    'Runs the gateway until Ctrl-C: the web chat, the channels that are configured, and the agent that answers approved messages. Decisions that you make beside it hold at once.',
  options: {
    port: {
      type: 'string',
      value: '<port>',
      summary: 'instead of the configured one; 0: any free port',
    },
    verbose: { type: 'boolean', summary: 'log more' },
  },
  words: { min: 0, max: 1 },
  examples: [
    { line: 'gateway', what: 'on 127.0.0.1:18789, or as configured' },
    { line: '--profile work gateway --port 18790', what: 'a second one, with its own state' },
  ],
  run,
}

interface Options {
  readonly env: Call['world']['env']
  readonly program: string
  readonly profile?: string
  readonly port?: number
  readonly logLevel?: 'debug'
}

async function run(call: Call): Promise<ExitCode> {
  const [word = 'run'] = call.words
  if (word !== 'run') {
    const isNear = nearest(word, ['run']) !== undefined
    throw new UsageError(
      `unknown command “gateway ${word}”`,
      isNear ? { mend: swap(word, 'run') } : { hint: 'openclaw gateway --help' },
    )
  }
  const options = optionsOf(call)
  const { endAtAccidents, runGateway, startGateway } = await import('../gateway-app.ts')
  if (!call.json) return (await runGateway(options)) === 0 ? EXIT.done : EXIT.failed
  const stopped = untilSignal()
  const gateway = await startGateway(options)
  endAtAccidents(gateway)
  const { stateDir } = gateway.pairing.config().paths
  const tlsFingerprint = gateway.tlsFingerprint()
  call.screen.json({
    url: gateway.url,
    port: gateway.port,
    pid: process.pid,
    stateDir,
    ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }),
  })
  await stopped
  await gateway.stop()
  return EXIT.done
}

function optionsOf(call: Call): Options {
  const { env, program } = call.world
  const port = text(call, 'port')
  return {
    env,
    program,
    ...(call.profile === undefined ? {} : { profile: call.profile }),
    ...(port === undefined ? {} : { port: readPort(port) }),
    ...(given(call, 'verbose') ? { logLevel: 'debug' } : {}),
  }
}

function readPort(typed: string): number {
  if (/^\d{1,5}$/.test(typed) && Number(typed) <= 65_535) return Number(typed)
  throw new UsageError(`--port ${typed} is not a port`, {
    hint: 'a number from 0 to 65535',
    mend: swap(typed, '18790'),
  })
}

/** The first signal stops, the second ends at once. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(EXIT.failed))
        resolve()
      })
    }
  })
}
