import { type FixFacts, waysOut } from './fixes.ts'
import { reachOfAddress } from './host.ts'
import { type PublicUrl, readPublicUrl } from './public-url.ts'
import type { NoSetupUrl, SetupGateway, SetupSource, SetupUrls } from './types.ts'

/** The gateway, and what decides who gets through to it. */
export interface Door extends SetupGateway {
  /** Whether it believes what a proxy says of its visitors. */
  readonly proxies: 'trusted' | 'not-trusted'
  /** Whether there is a secret, without which no gateway is opened to a network. */
  readonly secret: 'set' | 'not-set'
  /** Where the configuration is written. */
  readonly file: string
}

/** An address that somebody wrote. */
export function writtenUrl(text: string, source: SetupSource, door: Door): SetupUrls | NoSetupUrl {
  const read = readPublicUrl(text, door.tls === 'off' ? 'ws' : 'wss')
  if (!read.ok) return noUrl(door, { problem: `${source} ${read.problem}`, byHand: mend(source) })
  const isPinned = needsPin(read, door)
  if (isPinned && door.tls === 'not-made') return notMade(door)
  return {
    ok: true,
    url: read.href,
    urls: [read.href],
    source,
    tlsFingerprint: isPinned ? ownFingerprint(door) : undefined,
    warnings: [...read.warnings, ...portWarnings(read, door), ...warningsOf(read, door)],
  }
}

function mend(source: SetupSource): string {
  return source === '--url'
    ? 'Give the address at which devices reach this gateway: --url wss://gateway.example.org'
    : `Correct ${source}, such as "wss://gateway.example.org"`
}

/** Devices come to the gateway itself, with nobody in between who could have a certificate of their own. */
function needsPin({ isSecure, reach, port }: PublicUrl, door: Door): boolean {
  if (!isSecure || port !== door.port || door.tls === 'off') return false
  return isOpen(door) || reach === 'loopback'
}

const isOpen = ({ host }: Door): boolean => reachOfAddress(host) !== 'loopback'

/** The fingerprint of a certificate that nobody else signed. */
export function ownFingerprint({ tls }: Door): string | undefined {
  return typeof tls === 'object' && tls.signedBy === 'itself' ? tls.fingerprint : undefined
}

/** Behind `wss://` there is mostly a proxy at the usual port; what speaks in clear is the gateway itself. */
function portWarnings({ isSecure, port, portFrom }: PublicUrl, door: Door): readonly string[] {
  if (isSecure || portFrom === 'text' || port === door.port) return []
  return [
    `no port is written, which means port ${String(port)}; the gateway listens on port ${String(door.port)}`,
  ]
}

function warningsOf({ isSecure, reach }: PublicUrl, door: Door): readonly string[] {
  if (reach === 'loopback') return ['only programs on this machine reach this address']
  const isPassedOn = !isOpen(door) && door.proxies === 'not-trusted'
  return [
    ...(isSecure ? [] : [IN_CLEAR]),
    ...(isPassedOn ? [`the gateway listens on ${door.host} alone, and ${NOT_TRUSTED}`] : []),
  ]
}

/** Told with every address in clear that is not on this machine. */
export const IN_CLEAR =
  'ws:// is not encrypted: whoever listens in that network can read along, the setup secret too; gateway.tls.enabled: true mends it'

/** Told where something stands in between. */
export const NOT_TRUSTED =
  'what a proxy passes on is refused until the gateway trusts it: gateway.trustedProxies: ["127.0.0.1"]'

/** A problem, and what is said in place of a usual way out. */
export type Trouble = { readonly problem: string } & Pick<
  FixFacts,
  'byHand' | 'tailscale' | 'network'
>

/** No address, with the three ways out. */
export function noUrl({ port, tls, secret, file }: Door, { problem, ...own }: Trouble): NoSetupUrl {
  const fixes = waysOut({ port, tls: tls === 'off' ? 'off' : 'on', secret, ...own })
  return { ok: false, problem, fixes, file }
}

function notMade(door: Door): NoSetupUrl {
  return noUrl(door, {
    problem: 'the gateway makes its certificate at its first start, and devices have to know it',
    network: 'Start the gateway, and try again: openclaw gateway',
  })
}
