import { MAX_URL_LENGTH } from '../limits.ts'
import { mayBePlain, type Reach, reachOf } from './host.ts'

/** An address that somebody wrote, understood. */
export interface PublicUrl {
  readonly ok: true
  /** `ws(s)://host[:port][/path]` in its one spelling. */
  readonly href: string
  readonly isSecure: boolean
  readonly reach: Reach
  /** The port that is meant, written or not. */
  readonly port: number
  readonly portFrom: 'text' | 'scheme'
  readonly warnings: readonly string[]
}

/** Why it cannot be used. Holds nothing of what was written but a scheme that everybody knows: a secret may stand in it. */
export interface WrongUrl {
  readonly ok: false
  /** After the name of the key: `is no address`. */
  readonly problem: string
}

const SCHEME = /^([a-z][a-z\d+.-]*):(?!\d+(?:[/?#]|$))/i
const SCHEMES: ReadonlyMap<string, 'ws:' | 'wss:'> = new Map([
  ['ws', 'ws:'],
  ['http', 'ws:'],
  ['wss', 'wss:'],
  ['https', 'wss:'],
])
/** Others that people write; anything else before a colon may be a user or a secret. */
const OTHER_SCHEMES: ReadonlySet<string> = new Set(
  'file ftp ftps git grpc mailto mqtt openclaw quic sftp ssh tcp tel telnet udp unix vnc'.split(
    ' ',
  ),
)
/** What stands between the scheme and the path. */
const AUTHORITY = /^(?:[a-z][a-z\d+.-]*:(?=[/\\]))?[/\\]*([^/\\?#]*)/i
const LABELS = /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?(?:\.[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?)*$/
const NO_ADDRESS = 'is no address: write it like wss://gateway.example.org'

/**
 * Reads the address of a gateway as people write it: with `http(s)` or `ws(s)`, or as `host:port` alone.
 *
 * Without a scheme it is `ws` in networks where that may be, unless the gateway itself speaks TLS, and `wss` elsewhere.
 */
export function readPublicUrl(written: string, own: 'ws' | 'wss'): PublicUrl | WrongUrl {
  const text = written.trim()
  if (text === '') return wrong('is empty')
  if (text.length > MAX_URL_LENGTH) return wrong('is too long for an address')
  if (/[\s\u0000-\u001f\u007f-\u009f]/.test(text)) return wrong('has blanks inside')
  if (authorityOf(text).includes('@')) return wrong(HAS_USER)
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase()
  const known = scheme === undefined ? undefined : SCHEMES.get(scheme)
  if (scheme !== undefined && known === undefined) return wrong(otherScheme(scheme))
  const rest = (scheme === undefined ? text : text.slice(scheme.length + 1)).replace(/^\/+/, '')
  if (!URL.canParse(`ws://${rest}`)) return wrong(whyNot(rest))
  const url = new URL(`${known ?? schemeFor(rest, own)}//${rest}`)
  const isWritten = /:\d+$/.test(authorityOf(`//${rest}`))
  const portFrom = isWritten ? 'text' : 'scheme'
  return checked(url, { portFrom, schemeFrom: known === undefined ? 'guess' : 'text' })
}

/** What was written, and what was filled in. */
interface Origin {
  readonly portFrom: PublicUrl['portFrom']
  readonly schemeFrom: 'text' | 'guess'
}

const HAS_USER = 'has a user or password in it: remove everything before “@”'

function authorityOf(text: string): string {
  return AUTHORITY.exec(text)?.[1] ?? ''
}

function otherScheme(scheme: string): string {
  const shown = OTHER_SCHEMES.has(scheme) ? ` (“${scheme}”)` : ''
  return `begins with a scheme that no gateway speaks${shown}: write wss:// or ws://`
}

function whyNot(rest: string): string {
  const port = /:(\d+)(?:[/?#]|$)/.exec(rest)?.[1]
  const isTooHigh = port !== undefined && Number(port) > 65_535
  return isTooHigh ? 'names a port above 65535' : NO_ADDRESS
}

function schemeFor(rest: string, own: 'ws' | 'wss'): 'ws:' | 'wss:' {
  const { hostname } = new URL(`ws://${rest}`)
  return own === 'ws' && mayBePlain(reachOf(hostname)) ? 'ws:' : 'wss:'
}

function checked(url: URL, origin: Origin): PublicUrl | WrongUrl {
  if (url.username !== '' || url.password !== '') return wrong(HAS_USER)
  const reach = reachOf(url.hostname)
  if (reach === 'nowhere' || url.port === '0')
    return wrong('is an address to listen on, not one to connect to: name one of this machine')
  const isSecure = url.protocol === 'wss:'
  if (!isSecure && !mayBePlain(reach)) return wrong(inClear(reach))
  const host = url.hostname.replace(/\.$/, '')
  if (!host.startsWith('[') && !LABELS.test(host)) return wrong(NO_ADDRESS)
  url.hostname = host
  const href = `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
  const { portFrom } = origin
  return {
    ok: true,
    href,
    isSecure,
    reach,
    port,
    portFrom,
    warnings: warningsOf(url, href, origin),
  }
}

function inClear(reach: Reach): string {
  const where = reach === 'tailnet' ? 'a tailnet' : 'the internet'
  return `would send the setup secret in clear over ${where}: write wss://`
}

function warningsOf(url: URL, href: string, { schemeFrom }: Origin): readonly string[] {
  return [
    ...(schemeFrom === 'guess' ? [`no scheme is written; it is read as ${href}`] : []),
    ...(url.search === '' && url.hash === ''
      ? []
      : ['what stands after “?” or “#” is left out; an address needs none of it']),
  ]
}

function wrong(problem: string): WrongUrl {
  return { ok: false, problem }
}
