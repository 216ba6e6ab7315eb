import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodePostgresStore } from '../src/node.ts'
import { startServer, type TestServer } from './support-server.ts'
import { errorOf, increment, numbers, pause, put, until } from './support-store.ts'

let server: TestServer
beforeAll(async () => {
  // as a server is run: what it says is durable is on the disk
  server = await startServer([])
})
afterAll(() => server.stop())

it('loses nothing that it acknowledged when the server is killed, and goes on when it is back', async () => {
  const stores = await Promise.all([1, 2].map(() => nodePostgresStore({ url: server.url })))
  const acknowledged: number[] = []
  const refused: unknown[] = []
  let over = false
  const writing = stores.map(async (store) => {
    while (!over) {
      await increment(store, 'n').then(
        (n) => acknowledged.push(n),
        (error: unknown) => refused.push(error),
      )
    }
  })
  for (let round = 0; round < 2; round += 1) {
    const before = acknowledged.length
    await until(() => acknowledged.length > before + 20, 10_000)
    await server.kill()
    await pause(100)
    await server.restart()
  }
  const before = acknowledged.length
  await until(() => acknowledged.length > before + 5, 10_000)
  over = true
  await Promise.all(writing)
  expect(refused).toEqual([])
  const count = acknowledged.length
  expect([...acknowledged].sort((a, b) => a - b)).toEqual(
    Array.from({ length: count }, (_, n) => n + 1),
  )
  for (const store of stores) {
    await store.refresh()
    expect(store.view(numbers).get('n')).toBe(count)
    expect(store.health().state).toBe('ok')
  }
  expect((await stores[0]?.verify())?.findings).toEqual([])
  await until(() => stores.every((store) => store.health().listening))
  await Promise.all(stores.map((store) => store.close()))
})

it('never reads from a standby', async () => {
  const store = await nodePostgresStore({ url: server.url })
  await put(store, 'a', 1)
  await store.close()
  await server.kill()
  writeFileSync(join(server.folder, 'data/standby.signal'), '')
  await server.restartStandby()
  const error = await errorOf(nodePostgresStore({ url: server.url, openTimeoutMs: 30_000 }))
  expect(error).toMatchObject({ code: 'ERR_STORE_STANDBY' })
})
