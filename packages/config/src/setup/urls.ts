import type { Config } from '../types.ts'
import { directUrls } from './direct.ts'
import { type FixFacts, waysOut } from './fixes.ts'
import { reachOfAddress } from './host.ts'
import { type PublicUrl, readPublicUrl } from './public-url.ts'
import { tailscaleName } from './tailscale.ts'
import type {
  NoSetupUrl,
  SetupGateway,
  SetupMachine,
  SetupSource,
  SetupUrls,
  SetupWish,
} from './types.ts'

/** The part of a configuration that says where devices find the gateway. */
export type SetupConfig = Pick<Config, 'gateway' | 'devicePair'>

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
  const { gateway, devicePair } = config
  const from = { ...machine.gateway, trustsProxies: gateway.trustedProxies.length > 0 }
  if (wish.url !== undefined) return written(wish.url, '--url', from)
  const { remote } = gateway
  const byRemote = (): SetupUrls | NoSetupUrl | undefined =>
    remote && withPin(written(remote.url, 'gateway.remote.url', from), remote.tlsFingerprint)
  if (wish.order === 'remote')
    return byRemote() ?? (await byTailscale(config, machine)) ?? noRemote(machine.gateway)
  if (devicePair.publicUrl !== undefined) return written(devicePair.publicUrl, PUBLIC_URL, from)
  return (await byTailscale(config, machine)) ?? byRemote() ?? direct(config, machine)
}

const PUBLIC_URL = 'plugins.entries.device-pair.config.publicUrl'

interface From extends SetupGateway {
  readonly trustsProxies: boolean
}

function written(text: string, source: SetupSource, gateway: From): SetupUrls | NoSetupUrl {
  const read = readPublicUrl(text, gateway.tls === 'off' ? 'ws' : 'wss')
  if (!read.ok) return none(gateway, { problem: `${source} ${read.problem}`, byHand: mend(source) })
  if (needsPin(read, gateway) && gateway.tls === 'not-made') return notMade(gateway)
  return {
    ok: true,
    url: read.href,
    urls: [read.href],
    source,
    tlsFingerprint: needsPin(read, gateway) ? fingerprintOf(gateway) : undefined,
    warnings: [...read.warnings, ...warningsOf(read, gateway)],
  }
}

function mend(source: SetupSource): string {
  return source === '--url'
    ? 'Give the address at which devices reach this gateway: --url wss://gateway.example.org'
    : `Correct ${source}, such as "wss://gateway.example.org"`
}

/** Devices come to the gateway itself, with nobody in between who could have a certificate of their own. */
function needsPin({ isSecure, reach, port }: PublicUrl, gateway: SetupGateway): boolean {
  if (!isSecure || port !== gateway.port || gateway.tls === 'off') return false
  return isOpen(gateway) || reach === 'loopback'
}

const isOpen = ({ host }: SetupGateway): boolean => reachOfAddress(host) !== 'loopback'

function fingerprintOf({ tls }: SetupGateway): string | undefined {
  return typeof tls === 'object' && tls.signedBy === 'itself' ? tls.fingerprint : undefined
}

function warningsOf({ isSecure, reach }: PublicUrl, gateway: From): readonly string[] {
  if (reach === 'loopback') return ['only programs on this machine reach this address']
  const isPassedOn = !isOpen(gateway) && !gateway.trustsProxies
  return [
    ...(isSecure ? [] : [IN_CLEAR]),
    ...(isPassedOn ? [`the gateway listens on ${gateway.host} alone, and ${NOT_TRUSTED}`] : []),
  ]
}

const IN_CLEAR =
  'ws:// is not encrypted: whoever listens in that network can read along, the setup secret too; gateway.tls.enabled: true mends it'

function withPin(found: SetupUrls | NoSetupUrl, pin: string | undefined): SetupUrls | NoSetupUrl {
  if (!found.ok || pin === undefined || !found.url.startsWith('wss:')) return found
  return { ...found, tlsFingerprint: pin }
}

async function byTailscale(
  { gateway: { tailscale, trustedProxies } }: SetupConfig,
  { gateway, tailscaleStatus }: SetupMachine,
): Promise<SetupUrls | NoSetupUrl | undefined> {
  if (tailscale === 'off') return undefined
  const name = tailscaleName(await tailscaleStatus())
  if (!name.ok) {
    const problem = `gateway.tailscale.mode is "${tailscale}", but ${name.problem}`
    return none(gateway, { problem, tailscale: name.fix })
  }
  const url = `wss://${name.host}`
  return {
    ok: true,
    url,
    urls: [url],
    source: `gateway.tailscale.mode=${tailscale}`,
    tlsFingerprint: undefined,
    warnings: [...name.warnings, ...(trustedProxies.length === 0 ? [NOT_TRUSTED] : [])],
  }
}

const NOT_TRUSTED =
  'what a proxy passes on is refused until the gateway trusts it: gateway.trustedProxies: ["127.0.0.1"]'

function direct(config: SetupConfig, machine: SetupMachine): SetupUrls | NoSetupUrl {
  const { gateway } = machine
  const found = directUrls(config, machine)
  if (!found.ok) return none(gateway, { problem: found.problem, network: found.fix })
  const [url = ''] = found.urls
  return {
    ok: true,
    url,
    urls: found.urls,
    source: found.source,
    tlsFingerprint: fingerprintOf(gateway),
    warnings: gateway.tls === 'off' ? [IN_CLEAR] : [],
  }
}

function notMade(gateway: SetupGateway): NoSetupUrl {
  return none(gateway, {
    problem: 'the gateway makes its certificate at its first start, and devices have to know it',
    network: 'Start the gateway, and try again: openclaw gateway',
  })
}

function noRemote(gateway: SetupGateway): NoSetupUrl {
  return none(gateway, {
    problem: 'neither gateway.remote.url nor gateway.tailscale.mode is set',
    byHand: 'Write the address of the gateway: gateway.remote.url: "wss://gateway.example.org"',
    network: 'Leave --remote out: then the addresses of this machine count as well',
  })
}

function none(
  { port, tls }: SetupGateway,
  { problem, ...own }: { readonly problem: string } & Omit<FixFacts, 'port' | 'tls'>,
): NoSetupUrl {
  return { ok: false, problem, fixes: waysOut({ port, tls: tls === 'off' ? 'off' : 'on', ...own }) }
}
