import type { PostgresStore } from '@openclaw/credential-store-postgres'
import { nodePostgresStore } from '@openclaw/credential-store-postgres/node'
import { freshDatabase, startServer, type TestServer } from '@openclaw-pairing/postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { sharedWorkLog } from '../src/node.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const leases = { leaseMs: 1_500, renewMs: 200, marginMs: 300, askMs: 50 }

/** Two gateways on one database; who of them counts as alive is said by the test. */
async function pair() {
  const url = await freshDatabase(server.url)
  const dead = new Set<string>()
  const [a, b] = await Promise.all([1, 2].map(() => nodePostgresStore({ url, leases })))
  if (!a || !b) throw new Error('two stores were opened')
  onTestFinished(async () => void (await Promise.all([a.close(), b.close()])))
  const logOf = (store: PostgresStore, lease?: { readonly name: string; readonly epoch: number }) =>
    sharedWorkLog({
      marks: store.marks.of('telegram/default', lease),
      replica: store.replicas.id,
      isAlive: (replica) => !dead.has(replica),
    })
  return { a, b, dead, logOf }
}

describe('the work log that gateways share', () => {
  it('has a message begun once, by whichever comes first', async () => {
    const { a, b, logOf } = await pair()
    const keys = Array.from({ length: 40 }, (_, n) => `m${String(n)}`)
    const both = await Promise.all(
      keys.map((key) => Promise.all([logOf(a).begin(key), logOf(b).begin(key)])),
    )
    for (const found of both) expect([...found].sort()).toEqual(['elsewhere', 'new'])
  })

  it('remembers what was done, wherever', async () => {
    const { a, b, logOf } = await pair()
    const [one, other] = [logOf(a), logOf(b)]
    await one.begin('k')
    await one.mark('k', 'done')
    expect(await other.begin('k')).toBe('done')
  })

  it('goes on where a gateway died, once', async () => {
    const { a, b, dead, logOf } = await pair()
    const [one, other] = [logOf(a), logOf(b)]
    await one.begin('k')
    await one.mark('k', 'replying')
    expect(await other.begin('k')).toBe('elsewhere')
    dead.add(a.replicas.id)
    expect(await other.begin('k')).toBe('replying')
    // it was only cut off, and comes back
    await expect(one.mark('k', 'done')).rejects.toMatchObject({ code: 'ERR_WORK_HANDED_OVER' })
    expect(await one.begin('k')).toBe('elsewhere')
  })

  it('is closed to who has lost the account, and tells the next how far it came', async () => {
    const { a, b, logOf } = await pair()
    const signal = AbortSignal.timeout(20_000)
    const first = await a.leases.take('telegram/default', signal)
    if (first === undefined) throw new Error('nobody else has it')
    const before = logOf(a, first)
    expect(await before.begin('k')).toBe('new')
    await first.release()
    const second = await b.leases.take('telegram/default', signal)
    const after = logOf(b, second)
    const over = expect.objectContaining({ code: 'ERR_WORK_HANDED_OVER' })
    await expect(before.mark('k', 'replying')).rejects.toEqual(over)
    await expect(before.begin('other')).rejects.toEqual(over)
    expect(await after.begin('k')).toBe('delivering')
    expect(await after.begin('other')).toBe('new')
  })
})
