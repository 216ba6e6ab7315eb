import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodePostgresStore } from '../src/node.ts'
import { startServer, type TestServer } from './support-server.ts'
import { until } from './support-store.ts'

/** Longer than any restart takes. */
const LONG = { lifeMs: 60_000, beatMs: 200, lookMs: 100 }
const LONG_MS = 30_000

let server: TestServer
beforeAll(async () => {
  server = await startServer([])
})
afterAll(() => server.stop())

it('goes on after a crash of the server, which forgets who lives and what they noted', async () => {
  const open = () => nodePostgresStore({ url: server.url, replicas: LONG })
  const stores = await Promise.all([open(), open()])
  const [one, other] = stores
  one.replicas.serve('echo', (body) => body)
  one.replicas.note('n', 1)
  one.replicas.note('goes', 1)
  await until(() => other.replicas.noted('').length === 2, LONG_MS)
  const seen = { fewestOthers: 1, fewestNotes: 2 }
  const watching = setInterval(() => {
    seen.fewestOthers = Math.min(seen.fewestOthers, other.replicas.others().length)
    seen.fewestNotes = Math.min(seen.fewestNotes, other.replicas.noted('n').length)
  }, 2)
  for (let round = 0; round < 2; round += 1) {
    await server.kill()
    one.replicas.note('goes', undefined)
    one.replicas.note('round', round)
    await server.restart()
    await until(() => other.replicas.noted('round')[0]?.value === round, LONG_MS)
    expect(await other.replicas.ask(one.replicas.id, 'echo', round, LONG_MS)).toBe(round)
    expect(other.replicas.noted('').map(({ key }) => key)).toEqual(['n', 'round'])
  }
  clearInterval(watching)
  // nobody was taken for dead meanwhile
  expect(seen).toEqual({ fewestOthers: 1, fewestNotes: 1 })
  const late = await open()
  await until(() => late.replicas.noted('').length === 2, LONG_MS)
  expect(late.replicas.others()).toHaveLength(2)
  await Promise.all([...stores, late].map((store) => store.close()))
}, 90_000)
