import type { ChannelLog } from '@openclaw/pairing-contracts'
import { parseFingerprint } from '@openclaw/pairing-contracts'
import type { EventFrame } from '../frame.ts'
import { MAX_SETUP_URLS } from '../limits.ts'
import { checkClaims } from './check-claims.ts'
import type { ClientOptions } from './client-types.ts'
import type { ConnectClaims } from './connect-params.ts'
import type { ClientAuth } from './credentials.ts'
import { ClientOptionsInvalid } from './errors.ts'
import { type GatewayUrl, parseGatewayUrl } from './gateway-url.ts'
import type { Link } from './link.ts'
import type { ClientPorts } from './ports.ts'
import type { SocketTarget } from './socket.ts'

/** What a client is made of. */
export interface ClientParts {
  /** Without the secret. */
  readonly options: Omit<ClientOptions, 'auth'>
  readonly auth: ClientAuth | undefined
  readonly claims: ConnectClaims
  /** In the order to try. */
  readonly targets: Targets
  readonly ports: ClientPorts
  readonly log: ChannelLog
  /** Sees each event before the listeners do. */
  readonly onEvent: (frame: EventFrame, link: Link) => void
  /** A connection ended. */
  readonly onGone: () => void
}

/** One address or more. */
export type Targets = readonly [SocketTarget, ...SocketTarget[]]

interface GivenParts {
  readonly options: ClientOptions
  readonly claims: Omit<ConnectClaims, 'client'>
  /** How a program of this kind describes itself where its author says nothing. */
  readonly id: string
  readonly mode: string
  readonly ports: ClientPorts
}

/**
 * Checks the options of a client once, before anything is dialled.
 *
 * @throws `GatewayUrlRefused` and `ClientOptionsInvalid`
 */
export function clientParts({ options, claims, id, mode, ports }: GivenParts): ClientParts {
  const targets = targetsOf(options)
  const client = {
    id,
    mode,
    version: 'unknown',
    platform: process.platform,
    ...options.client,
  }
  const whole = { ...claims, client }
  checkClaims(whole, options)
  // What lives as long as the client holds no secret that is to be forgotten.
  const { auth, ...kept } = options
  return {
    options: kept,
    auth,
    claims: whole,
    targets,
    ports,
    log: options.log ?? (() => {}),
    onEvent: () => {},
    onGone: () => {},
  }
}

/** Each address once; a fingerprint is for those that have a certificate, and there has to be one. */
function targetsOf({ url, urls = [], allowInsecure, tlsFingerprint }: ClientOptions): Targets {
  if (urls.length > MAX_SETUP_URLS) {
    throw new ClientOptionsInvalid(`more than ${String(MAX_SETUP_URLS)} further addresses`)
  }
  const plain = allowInsecure === true ? 'anywhere' : 'private'
  const first = parseGatewayUrl(url, plain)
  const found = [first, ...urls.map((each) => parseGatewayUrl(each, plain))]
  const isAnySecure = found.some(({ secure }) => secure)
  const fingerprint = fingerprintOf(tlsFingerprint, isAnySecure)
  const targetOf = ({ href, secure }: GatewayUrl): SocketTarget => ({
    href,
    fingerprint: secure ? fingerprint : undefined,
  })
  const rest = found.filter(({ href }, at) => found.findIndex((each) => each.href === href) === at)
  return [targetOf(first), ...rest.slice(1).map(targetOf)]
}

/**
 * The certificate to expect, as a caller wrote it.
 *
 * @throws {@link ClientOptionsInvalid}
 */
export function fingerprintOf(typed: string | undefined, secure: boolean): string | undefined {
  if (typed === undefined) return undefined
  if (!secure) throw new ClientOptionsInvalid('a TLS fingerprint is of no use with ws://')
  const fingerprint = parseFingerprint(typed)
  if (fingerprint !== undefined) return fingerprint
  throw new ClientOptionsInvalid(
    'the TLS fingerprint is no SHA-256: 64 hex digits, as the gateway shows',
  )
}
