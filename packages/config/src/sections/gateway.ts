import { DEFAULT_GATEWAY_PORT, MAX_PROXIES } from '../limits.ts'
import { variable } from '../paths/home.ts'
import { GATEWAY_PORT } from '../paths/profile.ts'
import { warnSlips } from '../read/keys.ts'
import {
  below,
  type Node,
  orNothing,
  readChoice,
  readList,
  readObject,
  readText,
  readWhole,
  unset,
  WRONG,
  wrong,
} from '../read/node.ts'
import type { GatewayConfig } from '../types.ts'
import { isAddress, isNetwork } from './addresses.ts'
import { readRemote, readTailscale } from './device-pair.ts'
import { readNodes, readOrigins } from './devices.ts'
import { readAuth } from './gateway-auth.ts'
import { readTls, type TlsPlaces } from './gateway-tls.ts'

const BINDS = ['loopback', 'lan', 'tailnet', 'auto', 'custom'] as const
const KEYS = [
  'port',
  'bind',
  'auth',
  'trustedProxies',
  'tls',
  'customBindHost',
  'nodes',
  'controlUi',
  'tailscale',
  'remote',
] as const
const LOOPBACK = '127.0.0.1'

/** Finds this machine's address in the tailnet. */
export type TailnetAddress = () => string | undefined

/** What `gateway` is read with. */
export interface GatewaySources {
  readonly tailnet: TailnetAddress
  readonly places: TlsPlaces
}

/** Reads `gateway`. Where something cannot be used, the gateway stays on loopback. */
export function readGateway(
  gateway: Node,
  { tailnet, places }: GatewaySources,
): Omit<GatewayConfig, 'logFormat'> {
  readObject(gateway)
  warnSlips(gateway, KEYS, ['mode'])
  const auth = readAuth(gateway)
  const { bind, host } = readBind(gateway, tailnet)
  const isGuarded = auth[auth.auth] !== undefined || isLoopbackHost(host)
  if (!isGuarded)
    unset(below(gateway, 'bind'), {
      problem: 'opens the gateway to other machines without a secret',
      fix: 'Set gateway.auth.token or OPENCLAW_GATEWAY_TOKEN to a long random secret, or bind: "loopback".',
    })
  return {
    port: readPort(gateway),
    bind: isGuarded ? bind : 'loopback',
    host: isGuarded ? host : LOOPBACK,
    ...auth,
    nodes: readNodes(gateway),
    allowedOrigins: readOrigins(gateway),
    trustedProxies: readProxies(below(gateway, 'trustedProxies')),
    tls: readTls(gateway, places),
    tailscale: readTailscale(gateway),
    remote: readRemote(gateway),
  }
}

function readPort(gateway: Node): number {
  const written = orNothing(readWhole(below(gateway, 'port'), [1, 65_535])) ?? DEFAULT_GATEWAY_PORT
  const text = variable(gateway.env, ...GATEWAY_PORT)
  if (text === undefined) return written
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port >= 1 && port <= 65_535) return port
  gateway.report.elsewhere({
    severity: 'error',
    file: 'environment',
    path: GATEWAY_PORT[0],
    problem: 'must be a whole number from 1 to 65535',
    fix: `Set it to a port, such as ${String(DEFAULT_GATEWAY_PORT)}, or unset it.`,
  })
  return written
}

function readBind(
  gateway: Node,
  tailnet: TailnetAddress,
): { readonly bind: GatewayConfig['bind']; readonly host: string } {
  const node = below(gateway, 'bind')
  const read = readChoice(node, BINDS)
  const bind = read === WRONG || read === undefined ? 'loopback' : read
  const host = hostOf(bind, gateway, tailnet)
  return host === undefined ? { bind: 'loopback', host: LOOPBACK } : { bind, host }
}

function hostOf(
  bind: GatewayConfig['bind'],
  gateway: Node,
  tailnet: TailnetAddress,
): string | undefined {
  if (bind === 'lan') return '0.0.0.0'
  if (bind === 'tailnet') return tailnet() ?? noTailnet(gateway)
  if (bind === 'custom') return customHost(gateway)
  return LOOPBACK
}

function noTailnet(gateway: Node): undefined {
  wrong(
    below(gateway, 'bind'),
    'asks for the tailnet, and this machine has no address there',
    'Start Tailscale, or write bind: "loopback".',
  )
}

function customHost(gateway: Node): string | undefined {
  const node = below(gateway, 'customBindHost')
  const host = readText(node, 64)
  if (typeof host === 'string' && isAddress(host)) return host
  if (host !== WRONG)
    wrong(node, 'must be an IP address of this machine', 'Write it, or bind: "loopback".')
  return undefined
}

function isLoopbackHost(host: string): boolean {
  return host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

function readProxies(node: Node): readonly string[] {
  const list = orNothing(readList(node, MAX_PROXIES)) ?? []
  return list.flatMap((entry) => {
    const text = readText(entry, 64)
    if (typeof text === 'string' && isNetwork(text)) return [warnEverybody(entry, text)]
    if (text !== WRONG)
      wrong(entry, 'is no IP address or network', 'Write it like 10.0.0.5 or 10.0.0.0/8.')
    return []
  })
}

function warnEverybody(entry: Node, network: string): string {
  if (network.endsWith('/0'))
    entry.report.warn(entry.path, {
      problem: 'trusts every machine to say where a visitor comes from',
      fix: 'Name the proxy alone.',
    })
  return network
}
