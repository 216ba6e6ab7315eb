import type { Json } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { memoryReplicas, replicasContract, until } from '../src/index.ts'

replicasContract('memory', async () => {
  const network = memoryReplicas()
  const opened: { readonly close: () => Promise<void> }[] = []
  return {
    join: async () => {
      const replicas = network.open()
      opened.push(replicas)
      return { replicas, close: replicas.close, kill: async () => network.kill(replicas.id) }
    },
    cleanup: async () => {
      await Promise.all(opened.map(({ close }) => close()))
    },
  }
})

describe('the way between replicas in memory', () => {
  it('can be cut and mended: what is sent meanwhile is lost, what is noted is not', async () => {
    const network = memoryReplicas({ lifeMs: 50 })
    const [one, other] = [network.open(), network.open()]
    const told: Json[] = []
    other.serve('word', (body) => void told.push(body) as unknown as Json)
    one.note('n', 1)
    await until(() => other.noted('').length === 1, 'it is noted')
    network.cutOff(other.id)
    one.tell('word', 'lost')
    one.note('n', 2)
    const asked = one.ask(other.id, 'word', null, 10_000)
    expect(other.noted('')).toMatchObject([{ value: 1 }])
    await expect(asked).rejects.toMatchObject({ code: 'ERR_REPLICA_GONE' })
    expect([one.others(), other.others(), other.noted('')]).toEqual([[], [], []])
    network.mend(other.id)
    expect([one.others(), other.others()]).toEqual([[other.id], [one.id]])
    expect(other.noted('')).toMatchObject([{ value: 2 }])
    one.tell('word', 'heard')
    await until(() => told.length > 0, 'it is told')
    expect(told).toEqual(['heard'])
  })

  it('can be slow: what comes too late is not asked', async () => {
    const network = memoryReplicas()
    const [one, other] = [network.open(), network.open()]
    let asked = 0
    other.serve('count', () => {
      asked += 1
      return asked
    })
    network.delay(100)
    const start = performance.now()
    expect(await one.ask(other.id, 'count', null, 10_000)).toBe(1)
    expect(performance.now() - start).toBeGreaterThanOrEqual(190)
    const late = one.ask(other.id, 'count', null, 20)
    await expect(late).rejects.toMatchObject({ code: 'ERR_REPLICA_LATE' })
    network.delay(0)
    expect(await one.ask(other.id, 'count', null, 10_000)).toBe(2)
  })
})
