import type { AccountId, ChannelAddress } from '@openclaw/pairing-contracts'
import { Client } from 'pg'
import { address, message, owner, senderId } from '../state.ts'
import { pairingOn } from './pairing.ts'

/** The account of request number `n` of {@link fillRequests}: one waits in each. */
export function accountOf(n: number): ChannelAddress {
  return { channel: address.channel, account: `b${String(n)}` as AccountId }
}

/** The id of request number `n`. */
export function requestIdOf(n: number): string {
  return `req-${n.toString(16).padStart(12, '0')}`
}

/** Somebody whom no other figure knows. */
const pattern = senderId(3, 900_000)

/** A client of the database for as long as `work` takes. */
export async function withClient<R>(url: string, work: (client: Client) => Promise<R>): Promise<R> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** As many senders as told, like one that was let in by a real approval: rows are copied by the server, with ids of their own. */
export async function fillSenders(url: string, schema: string, count: number): Promise<void> {
  const pairing = await pairingOn(url, schema)
  try {
    const asked = await pairing.gate(message(pattern, 'fill'))
    if (asked.outcome !== 'challenge') throw new Error(`expected a challenge, got ${asked.outcome}`)
    const { outcome } = await pairing.people.approve(owner, { ...address, typed: asked.requestId })
    if (outcome !== 'approved') throw new Error(`expected approved, got ${outcome}`)
    await copy(url, {
      ...{ schema, collection: 'dm.senders', from: 0, count },
      key: `replace(key, '${pattern}', (1000000000 + n)::text)`,
      value: `replace(value, '${asked.requestId}', ${idText})`,
    })
  } finally {
    await pairing.close()
  }
}

/** Requests that wait, `from` and the next ones; see {@link accountOf}. */
export async function fillRequests(
  url: string,
  schema: string,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<void> {
  const pairing = await pairingOn(url, schema)
  try {
    const asked = await pairing.gate(message(senderId(2, from), `fill-${String(from)}`))
    if (asked.outcome !== 'challenge') throw new Error(`expected a challenge, got ${asked.outcome}`)
    await copy(url, {
      ...{ schema, collection: 'dm.requests', from, count },
      key: `replace(key, '/${address.account}/', '/b' || n || '/')`,
      value: `replace(value, '${asked.requestId}', ${idText})`,
    })
    await pairing.people.reject(owner, { ...address, typed: asked.requestId })
  } finally {
    await pairing.close()
  }
}

/** {@link requestIdOf} in SQL. */
const idText = `'req-' || lpad(to_hex(n), 12, '0')`

interface Copies {
  readonly schema: string
  readonly collection: string
  readonly from: number
  readonly count: number
  readonly key: string
  readonly value: string
}

async function copy(
  url: string,
  { schema, collection, from, count, key, value }: Copies,
): Promise<void> {
  const rows = `SELECT collection, ${key}, ${value}, 1
    FROM generate_series(${String(from)}, ${String(from + count - 1)}) n,
      (SELECT * FROM ${schema}.records WHERE collection = '${collection}' LIMIT 1) one`
  await withClient(url, async (client) => {
    await client.query(`INSERT INTO ${schema}.records (collection, key, value, seq) ${rows}`)
    // what was just written is not still being written to the disk while something is measured
    await client.query('CHECKPOINT')
  })
}
