import { hintCommand } from '@openclaw/pairing-config'
import { endAtAccidents } from './accidents.ts'
import { banner, stateDirPrefix } from './banner.ts'
import { complaint } from './complaint.ts'
import { startGateway } from './start.ts'
import type { GatewayOptions } from './types.ts'

const CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/**
 * Runs the gateway as this process: prints where it is, stops at SIGINT, SIGTERM or SIGHUP (at once at the second),
 * ends the process when something nobody foresaw goes wrong.
 *
 * @returns the exit code, when it has stopped: 0; 1 when it could not start
 */
export async function runGateway(options: GatewayOptions = {}): Promise<number> {
  // Whoever read our output may be gone; that must not end the gateway.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const signalled = untilSignal()
  try {
    const gateway = await startGateway(options)
    endAtAccidents(gateway)
    const { env = process.env } = options
    const { channels } = await gateway.readiness()
    process.stdout.write(banner(gateway, channels, env))
    await signalled
    await gateway.stop()
    return 0
  } catch (error) {
    complain(error, options)
    return 1
  }
}

/** Resolves at the first signal; the second ends the process at once. */
function untilSignal(): Promise<void> {
  let count = 0
  return new Promise((resolve) => {
    for (const signal of Object.keys(CODES)) {
      process.on(signal, () => {
        count += 1
        if (count > 1) process.exit(CODES[signal])
        resolve()
      })
    }
  })
}

/** Says on standard error why the gateway did not start. */
export function complain(
  error: unknown,
  { program = 'openclaw', env = process.env, profile }: GatewayOptions,
): void {
  const isPlain = process.stderr.isTTY !== true || (env['NO_COLOR'] ?? '') !== ''
  const color = isPlain ? 'none' : 'ansi'
  const detail = env['OPENCLAW_DEBUG'] === '1' ? 'stack' : 'none'
  const here = hintCommand({ program, profile }, '').trim()
  const stateDir = env['OPENCLAW_STATE_DIR']?.trim()
  const place = stateDir ? stateDirPrefix(stateDir) : ''
  process.stderr.write(complaint(error, { program: `${place}${here}`, color, detail }))
}
