import { type Config, type NoSetupUrl, type SetupUrls, setupUrlsOf } from '@openclaw/pairing-config'
import type { RunningGateway } from '../people/gateway-runs.ts'
import { machineOf } from '../qr/address.ts'
import { SETUP_SWITCH } from '../qr/switched-off.ts'
import type { Finding } from './finding.ts'

/** Where a setup code would lead a device, and what is wrong with that. */
export interface SetupExam {
  readonly urls: SetupUrls | Unusable
  readonly findings: readonly Finding[]
}

/** Why there is no address. */
type Unusable = Omit<NoSetupUrl, 'file'>

/** Whether a setup code could tell a device where the gateway is. A gateway for this machine alone is nothing wrong. */
export async function examineSetup(
  config: Config,
  running: RunningGateway | undefined,
): Promise<SetupExam> {
  if (!config.devicePair.enabled) return { urls: SWITCHED_OFF, findings: [] }
  const urls = await setupUrlsOf(config, machineOf(config, running))
  return { urls, findings: urls.ok || !isMeant(config) ? [] : [noAddress(config, urls)] }
}

/** Whoever writes that wants it so. */
const SWITCHED_OFF: Unusable = { ok: false, problem: `${SETUP_SWITCH} is false`, fixes: [] }

/** Somebody configured where devices are to come to. */
function isMeant({ gateway, devicePair }: Config): boolean {
  const isWider = gateway.bind !== 'loopback' && gateway.bind !== 'auto'
  const isNamed = devicePair.publicUrl !== undefined || gateway.remote !== undefined
  return isWider || isNamed || gateway.tailscale !== 'off'
}

function noAddress({ paths }: Config, { problem, fixes }: NoSetupUrl): Finding {
  return {
    id: 'setup-no-address',
    severity: 'warning',
    subject: paths.configPath,
    problem: `setup codes: no address for devices: ${problem}`,
    consequence: 'openclaw qr and /pair make no setup code',
    fix: fixes.join('; or: '),
  }
}

/** For the page: the address, or that there is none. */
export function setupWords(urls: SetupUrls | Unusable): string {
  if (urls === SWITCHED_OFF) return `switched off: ${SWITCHED_OFF.problem}`
  return urls.ok ? `${urls.url} (${urls.source})` : `no address for devices: ${urls.problem}`
}
