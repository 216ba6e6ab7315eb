import type { Json, ReplicaId } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { pause, until } from '../channel-bench/waiting.ts'
import { codeOf, LONG_MS, type OpenReplicas, onStage } from './subject.ts'

const SECRET = 'what went wrong inside'

/** What one asks another. */
export function askingCases(open: OpenReplicas): void {
  it(
    'is answered, at once or later, and says who asks',
    onStage(open, async ({ joined }) => {
      const [one, other, third] = await joined(3)
      if (!one || !other || !third) return
      for (const { replicas } of [other, third]) {
        replicas.serve('who', (body, from) => ({ me: replicas.id, from, body }))
        replicas.serve('slow', async (body) => {
          await pause(20)
          return [body]
        })
      }
      const to = other.replicas.id
      const body = { text: '\u0000\ud800', list: [1, null] }
      expect(await one.replicas.ask(to, 'who', body, LONG_MS)).toEqual({
        ...{ me: to, from: one.replicas.id, body },
      })
      expect(await one.replicas.ask(to, 'slow', 'x', LONG_MS)).toEqual(['x'])
    }),
  )

  it(
    'gives each of many at once its own answer, in every direction',
    onStage(open, async ({ joined }) => {
      const all = await joined(3)
      for (const { replicas } of all) {
        replicas.serve('square', async (body) => {
          if (Number(body) % 3 === 0) await pause(5)
          return Number(body) ** 2
        })
      }
      const asked = all.flatMap(({ replicas }) =>
        replicas.others().flatMap((to) =>
          Array.from({ length: 50 }, async (_, n) => {
            const answer = await replicas.ask(to, 'square', n, LONG_MS)
            return answer === n ** 2
          }),
        ),
      )
      expect(new Set(await Promise.all(asked))).toEqual(new Set([true]))
    }),
    2 * LONG_MS,
  )

  it(
    'fails without a word of the other where it does not serve it or fails at it',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      other.replicas.serve('throws', () => {
        throw new Error(SECRET)
      })
      other.replicas.serve('rejects', () => Promise.reject(new Error(SECRET)))
      other.replicas.serve('nothing', () => undefined as unknown as Json)
      for (const kind of ['throws', 'rejects', 'nothing', 'unknown', 'toString', '__proto__']) {
        const error: unknown = await one.replicas
          .ask(other.replicas.id, kind, null, LONG_MS)
          .catch((reason: unknown) => reason)
        expect(error, kind).toMatchObject({ code: 'ERR_REPLICA_FAILED' })
        expect((error as Error).cause).toBeUndefined()
        expect(JSON.stringify([String(error), error])).not.toContain(SECRET)
      }
    }),
  )

  it(
    'is late where no answer comes in time, which holds nobody else up',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const waiting: ((answer: Json) => void)[] = []
      other.replicas.serve('never', () => new Promise<Json>((resolve) => waiting.push(resolve)))
      other.replicas.serve('echo', (body) => body)
      const to = other.replicas.id
      const late = codeOf(one.replicas.ask(to, 'never', null, 1_500))
      const slow = one.replicas.ask(to, 'never', null, LONG_MS)
      expect(await one.replicas.ask(to, 'echo', 1, LONG_MS)).toBe(1)
      expect(await late).toBe('ERR_REPLICA_LATE')
      await until(() => waiting.length === 2, 'both arrived')
      for (const [n, answer] of waiting.entries()) answer(n)
      expect(await slow).toBe(1)
      expect(await one.replicas.ask(to, 'echo', 2, LONG_MS)).toBe(2)
    }),
  )

  it(
    'says at once that one is gone that never was, or that it is itself',
    onStage(open, async ({ joined }) => {
      const [one] = await joined(2)
      if (!one) return
      one.replicas.serve('echo', (body) => body)
      const nobody = 'd9f4b1a0-0000-4000-8000-000000000000' as ReplicaId
      for (const to of [nobody, one.replicas.id, '' as ReplicaId, '\u0000' as ReplicaId]) {
        expect(await codeOf(one.replicas.ask(to, 'echo', 1, LONG_MS))).toBe('ERR_REPLICA_GONE')
      }
    }),
  )

  it(
    'says that one is gone that ends before it answers, with a goodbye or without',
    onStage(open, async ({ joined }) => {
      const [one, closed, killed] = await joined(3)
      if (!one || !closed || !killed) return
      let arrived = 0
      for (const { replicas } of [closed, killed]) {
        replicas.serve('never', () => {
          arrived += 1
          return new Promise<Json>(() => {})
        })
      }
      const asked = [closed, killed].map(({ replicas }) =>
        codeOf(one.replicas.ask(replicas.id, 'never', null, 2 * LONG_MS)),
      )
      await until(() => arrived === 2, 'both arrived')
      await Promise.all([closed.close(), killed.kill()])
      expect(await Promise.all(asked)).toEqual(['ERR_REPLICA_GONE', 'ERR_REPLICA_GONE'])
      const again = one.replicas.ask(closed.replicas.id, 'never', null, LONG_MS)
      expect(await codeOf(again)).toBe('ERR_REPLICA_GONE')
    }),
    2 * LONG_MS,
  )
}
