import { Client, type ClientConfig } from 'pg'
import { CONNECT_WITHIN_MS } from './limits.ts'
import { StoreUrlRefused } from './server-errors.ts'

/** A server, and what it is called in errors: never with user or password. */
export interface Address {
  readonly where: string
  readonly config: ClientConfig
  /** pg never falls back to plain text. */
  readonly isEncrypted: boolean
  /** This machine: its loopback, or a socket. */
  readonly isLocal: boolean
}

/** What `sslmode` may be; `no-verify` is a word of pg. */
const MODES = new Set([
  'disable',
  'allow',
  'prefer',
  'require',
  'no-verify',
  'verify-ca',
  'verify-full',
])

/** Modes that pg takes for `verify-full` unless it is told that they mean what libpq means. */
const AS_LIBPQ = new Set(['prefer', 'require', 'verify-ca'])

/**
 * Reads a connection string.
 *
 * @throws `ERR_STORE_URL`, without repeating any of it
 */
export function parseAddress(url: string, applicationName: string): Address {
  const read = readUrl(url)
  const config: ClientConfig = {
    connectionString: withMode(read).href,
    fallback_application_name: applicationName,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    // several statements may be on their way at once
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  }
  const client = asClient(config)
  return {
    where: placeOf(client, read),
    config,
    isEncrypted: Boolean(client.ssl),
    isLocal: /^(?:\/|localhost$|127\.|::1$|\[::1\]$)/.test(client.host),
  }
}

function readUrl(text: string): URL {
  const read = URL.canParse(text) ? new URL(text) : undefined
  if (read === undefined) throw new StoreUrlRefused('it is not a URL')
  if (!/^postgres(ql)?:$/.test(read.protocol)) {
    throw new StoreUrlRefused('it does not begin with postgres:// or postgresql://')
  }
  if (/,|%2c/i.test(read.host)) throw new StoreUrlRefused('it names several hosts')
  if (isSplit(read)) {
    throw new StoreUrlRefused('a special character of user or password is not percent-encoded')
  }
  if (isBroken(read)) throw new StoreUrlRefused('a % in it is not followed by two digits')
  return read
}

/** A part of user or password is taken for the host, the database or what follows: told in errors, and asked of a name server. */
function isSplit({ username, pathname, search, hash }: URL): boolean {
  return hash !== '' || pathname.includes('@') || (username === '' && search.includes('@'))
}

function isBroken({ username, password, pathname, hostname }: URL): boolean {
  try {
    for (const part of [username, password, pathname, hostname]) decodeURIComponent(part)
    return false
  } catch {
    return true
  }
}

/** `sslmode` as libpq means it; `allow` and `prefer` never fall back to plain text. */
function withMode(url: URL): URL {
  const read = new URL(url)
  const mode = read.searchParams.get('sslmode')
  if (mode === null) return read
  if (!MODES.has(mode)) throw new StoreUrlRefused('its sslmode is none of those that are known')
  if (mode === 'allow') read.searchParams.set('sslmode', 'prefer')
  if (read.searchParams.get('sslrootcert') === 'system') read.searchParams.delete('sslrootcert')
  if (mode === 'verify-ca' && !read.searchParams.has('sslrootcert')) {
    throw new StoreUrlRefused('sslmode=verify-ca needs sslrootcert')
  }
  if (AS_LIBPQ.has(read.searchParams.get('sslmode') ?? '')) {
    read.searchParams.set('uselibpqcompat', 'true')
  }
  return read
}

/** A database that is not named is called as the user is, who is not told of. */
function placeOf({ host, port }: Pick<Client, 'host' | 'port'>, read: URL): string {
  const database = decodeURIComponent(read.pathname.slice(1))
  return `${host}:${String(port)}${database === '' ? '' : `/${database}`}`
}

function asClient(config: ClientConfig): Client {
  try {
    return new Client(config)
  } catch {
    throw new StoreUrlRefused('a file that it names cannot be read, or a part contradicts another')
  }
}
