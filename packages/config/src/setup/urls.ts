import type { Config } from '../types.ts'
import { directUrls } from './direct.ts'
import { tailscaleName } from './tailscale.ts'
import type { NoSetupUrl, SetupMachine, SetupUrls, SetupWish } from './types.ts'
import { type Door, IN_CLEAR, NOT_TRUSTED, noUrl, ownFingerprint, writtenUrl } from './written.ts'

/** The part of a configuration that says where devices find the gateway. */
export type SetupConfig = Pick<Config, 'gateway' | 'devicePair' | 'paths'>

/**
 * Finds the addresses that a setup code carries: `publicUrl` of the plugin `device-pair`, Tailscale,
 * `gateway.remote.url`, what `gateway.bind` opens; the first that is configured counts, and what is wrong with it is
 * told rather than passed over.
 *
 * `ws://` is for loopback, private and link-local addresses and `.local` names alone. Never throws.
 */
export async function setupUrlsOf(
  config: SetupConfig,
  machine: SetupMachine,
  wish: SetupWish = {},
): Promise<SetupUrls | NoSetupUrl> {
  const { publicUrl } = config.devicePair
  const place: Place = { config, machine, door: doorOf(config, machine) }
  if (wish.url !== undefined) return writtenUrl(wish.url, '--url', place.door)
  if (wish.order === 'remote')
    return byRemote(place) ?? (await byTailscale(place)) ?? noRemote(place.door)
  if (publicUrl !== undefined)
    return writtenUrl(publicUrl, 'plugins.entries.device-pair.config.publicUrl', place.door)
  return (await byTailscale(place)) ?? byRemote(place) ?? direct(place)
}

interface Place {
  readonly config: SetupConfig
  readonly machine: SetupMachine
  readonly door: Door
}

function doorOf({ gateway, paths }: SetupConfig, machine: SetupMachine): Door {
  return {
    ...machine.gateway,
    file: paths.configPath,
    proxies: gateway.trustedProxies.length > 0 ? 'trusted' : 'not-trusted',
    secret: gateway[gateway.auth] === undefined ? 'not-set' : 'set',
  }
}

function byRemote({ config, door }: Place): SetupUrls | NoSetupUrl | undefined {
  const { remote } = config.gateway
  if (remote === undefined) return undefined
  const found = writtenUrl(remote.url, 'gateway.remote.url', door)
  if (!found.ok) return found
  const pin = found.url.startsWith('wss:') ? remote.tlsFingerprint : undefined
  const warnings = [...found.warnings, ELSEWHERE]
  return { ...found, tlsFingerprint: pin ?? found.tlsFingerprint, warnings }
}

const ELSEWHERE =
  'the code is known to the gateway of this state directory alone: gateway.remote.url has to lead to that one'

async function byTailscale({
  config,
  machine,
  door,
}: Place): Promise<SetupUrls | NoSetupUrl | undefined> {
  const { tailscale } = config.gateway
  if (tailscale === 'off') return undefined
  const name = tailscaleName(await machine.tailscaleStatus())
  if (!name.ok) {
    const problem = `gateway.tailscale.mode is "${tailscale}", but ${name.problem}`
    return noUrl(door, { problem, tailscale: name.fix })
  }
  const url = `wss://${name.host}`
  return {
    ok: true,
    url,
    urls: [url],
    source: `gateway.tailscale.mode=${tailscale}`,
    tlsFingerprint: undefined,
    warnings: [...name.warnings, ...(door.proxies === 'trusted' ? [] : [NOT_TRUSTED])],
  }
}

function direct({ config, machine, door }: Place): SetupUrls | NoSetupUrl {
  const found = directUrls(config, machine)
  if (!found.ok) return noUrl(door, { problem: found.problem, network: found.fix })
  const [url = ''] = found.urls
  return {
    ok: true,
    url,
    urls: found.urls,
    source: found.source,
    tlsFingerprint: ownFingerprint(door),
    warnings: door.tls === 'off' ? [IN_CLEAR] : [],
  }
}

function noRemote(door: Door): NoSetupUrl {
  return noUrl(door, {
    problem: 'neither gateway.remote.url nor gateway.tailscale.mode is set',
    byHand: 'Write the address of the gateway: gateway.remote.url: "wss://gateway.example.org"',
    network: 'Leave --remote out: then the addresses of this machine count as well',
  })
}
