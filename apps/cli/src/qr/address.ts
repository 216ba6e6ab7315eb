import { type Config, type SetupUrls, type SetupWish, setupUrlsOf } from '@openclaw/pairing-config'
import { nodeFiles, setupMachine } from '@openclaw/pairing-config/node'
import type { Call } from '../args/types.ts'
import { FailedError } from '../errors.ts'
import { withProgram } from '../hints.ts'
import { type GatewayRuns, gatewayRuns, runningGateway } from '../people/gateway-runs.ts'

/** Where devices find the gateway, and whether one runs here. */
export interface Address {
  readonly urls: SetupUrls
  readonly gatewayRuns: GatewayRuns
}

/**
 * Finds the addresses that go into a setup code.
 *
 * @throws {@link FailedError} with three ways out where there is none
 */
export async function findAddress(call: Call, config: Config, wish: SetupWish): Promise<Address> {
  const running = await runningGateway(config.paths.stateDir)
  const machine = machineOf(config, running)
  const urls = await setupUrlsOf(config, machine, wish)
  if (urls.ok) return { urls, gatewayRuns: await gatewayRuns(config) }
  const lines = urls.fixes.map((fix, index) => `${String(index + 1)}. ${fix}`)
  throw new FailedError(`no address for devices: ${urls.problem}`, {
    lines: [
      `Any of these is a way out; what you write goes into ${urls.file}:`,
      ...lines,
      ...tryHere(machine, wish),
    ].map((line) => withProgram(line, call.program)),
    hint: 'an address for this once: openclaw qr --url wss://gateway.example.org',
    detail: { reason: 'no-address', fixes: [...urls.fixes], file: urls.file },
  })
}

/** A gateway that nobody else reaches can still be tried. */
function tryHere({ gateway: { host, port, tls } }: SetupMachine, wish: SetupWish): string[] {
  const isHere = host === '::1' || host === 'localhost' || host.startsWith('127.')
  if (!isHere || tls === 'not-made' || wish.url !== undefined || wish.order === 'remote') return []
  const at = `${tls === 'off' ? 'ws' : 'wss'}://${host.includes(':') ? `[${host}]` : host}`
  return [`To try it on this machine: openclaw qr --url ${at}:${String(port)}`]
}

type SetupMachine = ReturnType<typeof setupMachine>

/** This machine, with the gateway that runs on it. */
export function machineOf(
  config: Config,
  running: Awaited<ReturnType<typeof runningGateway>>,
): ReturnType<typeof setupMachine> {
  const { host = '127.0.0.1', port, tlsFingerprint } = running ?? {}
  const listening = port === undefined ? undefined : { host, port, tlsFingerprint }
  return setupMachine({ config, files: nodeFiles(), running: listening })
}
