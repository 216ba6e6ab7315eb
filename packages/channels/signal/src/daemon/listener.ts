import { readFile } from 'node:fs/promises'

/** The tables of sockets that Linux keeps, and that every user may read. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6']

const LISTENS = '0A'
const ROOT = 0

/** One socket that listens. */
interface Listener {
  /** Address and port, as the table writes them. */
  readonly at: string
  readonly uid: number
}

/**
 * The number of another user of this machine who listens where `httpUrl` leads; `undefined`: it is this user, or root, or
 * the system does not tell. Whoever listens there is believed: another user could write in the name of any person.
 */
export async function otherUserAt(httpUrl: string): Promise<number | undefined> {
  const own = process.geteuid?.()
  if (own === undefined || process.platform !== 'linux') return undefined
  const tables = await Promise.all(TABLES.map((path) => readFile(path, 'utf8').catch(() => '')))
  const listeners = tables.flatMap(listenersIn)
  const { hostname, port } = new URL(httpUrl)
  const users = addressesOf(hostname).flatMap((address) =>
    usersAt(listeners, address, Number(port === '' ? 80 : port)),
  )
  return users.find((uid) => uid !== own && uid !== ROOT)
}

function listenersIn(table: string): readonly Listener[] {
  return table.split('\n').flatMap((line) => {
    const [, at = '', , state, , , , uid] = line.trim().split(/\s+/)
    return state === LISTENS ? [{ at, uid: Number(uid) }] : []
  })
}

/** Who listens at the address itself is asked, else who listens at all. */
function usersAt(
  listeners: readonly Listener[],
  { exact, wild }: Address,
  port: number,
): readonly number[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const at = (hosts: readonly string[]): readonly number[] =>
    listeners
      .filter(({ at: place }) => hosts.some((host) => place === host + suffix))
      .map(({ uid }) => uid)
  const found = at(exact)
  return found.length > 0 ? found : at(wild)
}

/** The spellings of an address in the tables, and of all addresses that include it. */
interface Address {
  readonly exact: readonly string[]
  readonly wild: readonly string[]
}

const IPV6_ALL = '0'.repeat(32)

/** A name of this machine may lead to either of its addresses. */
function addressesOf(hostname: string): readonly Address[] {
  const six = { exact: [words([0, 0, 0, 1])], wild: [IPV6_ALL] }
  if (hostname === '[::1]') return [six]
  const number = hostname === 'localhost' ? '127.0.0.1' : hostname
  const four = number.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const exact = [words([four]), words([0, 0, 0xff_ff, four])]
  const address = { exact, wild: ['0'.repeat(8), IPV6_ALL] }
  return hostname === 'localhost' ? [address, six] : [address]
}

/** Whether this machine writes the last byte of a number first. */
const LAST_FIRST: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Each word of an address is written in the order of the machine's own bytes. */
function words(parts: readonly number[]): string {
  const bytes = Buffer.alloc(4)
  const texts = parts.map((part) => {
    if (LAST_FIRST) bytes.writeUInt32LE(part)
    else bytes.writeUInt32BE(part)
    return bytes.toString('hex')
  })
  return texts.join('').toUpperCase()
}
