import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { EventFrame } from '../frame.ts'
import { parseFingerprint } from '../tls-fingerprint.ts'
import { checkClaims } from './check-claims.ts'
import type { ClientOptions } from './client-types.ts'
import type { ConnectClaims } from './connect-params.ts'
import { ClientOptionsInvalid } from './errors.ts'
import { parseGatewayUrl } from './gateway-url.ts'
import type { Link } from './link.ts'
import type { ClientPorts } from './ports.ts'
import type { SocketTarget } from './socket.ts'

/** What a client is made of. */
export interface ClientParts {
  readonly options: ClientOptions
  readonly claims: ConnectClaims
  readonly target: SocketTarget
  readonly ports: ClientPorts
  readonly log: ChannelLog
  /** Sees each event before the listeners do. */
  readonly onEvent: (frame: EventFrame, link: Link) => void
  /** A connection ended. */
  readonly onGone: () => void
}

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
  const plain = options.allowInsecure === true ? 'anywhere' : 'private'
  const { href, secure } = parseGatewayUrl(options.url, plain)
  const client = {
    id,
    mode,
    version: 'unknown',
    platform: process.platform,
    ...options.client,
  }
  const whole = { ...claims, client }
  checkClaims(whole, options)
  return {
    options,
    claims: whole,
    target: { href, fingerprint: fingerprintOf(options.tlsFingerprint, secure) },
    ports,
    log: options.log ?? (() => {}),
    onEvent: () => {},
    onGone: () => {},
  }
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
