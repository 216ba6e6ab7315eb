import { type Config, setupUrlsOf } from '@openclaw/pairing-config'
import type { RunningGateway } from '../people/gateway-runs.ts'
import { machineOf } from '../qr/address.ts'
import type { Finding } from './finding.ts'

/**
 * Whether a setup code could tell a device where the gateway is. What somebody configured and does not work is a warning;
 * a gateway that is for this machine alone is a note.
 */
export async function setupFindings(
  config: Config,
  running: RunningGateway | undefined,
): Promise<readonly Finding[]> {
  const urls = await setupUrlsOf(config, machineOf(config, running))
  if (urls.ok) return []
  const { gateway, devicePair } = config
  const isMeant =
    devicePair.publicUrl !== undefined ||
    gateway.tailscale !== 'off' ||
    gateway.remote !== undefined ||
    (gateway.bind !== 'loopback' && gateway.bind !== 'auto')
  return [
    {
      id: 'setup-no-address',
      severity: isMeant ? 'warning' : 'note',
      subject: config.paths.configPath,
      problem: `setup codes: no address for devices: ${urls.problem}`,
      consequence: 'openclaw qr and /pair make no code that a phone could use',
      fix: urls.fixes.join('; or: '),
    },
  ]
}
