import type { Json } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { until } from '../channel-bench/waiting.ts'
import { codeOf, heard, LONG_MS, notesAt, type OpenReplicas, onStage } from './subject.ts'

const MEBIBYTE = 1024 * 1024

/** What is too much. */
export function boundCases(open: OpenReplicas): void {
  it(
    'takes 25 MiB over and back, and more than 26 not',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const { replicas } = one
      let asked = 0
      other.replicas.serve('echo', (body) => {
        asked += 1
        return body
      })
      other.replicas.serve('much', () => 'y'.repeat(27 * MEBIBYTE))
      const to = other.replicas.id
      const picture = 'x'.repeat(25 * MEBIBYTE)
      expect((await replicas.ask(to, 'echo', { picture }, LONG_MS)) as Json).toEqual({ picture })
      for (const text of ['x'.repeat(26 * MEBIBYTE), 'é'.repeat(13 * MEBIBYTE)]) {
        expect(await codeOf(replicas.ask(to, 'echo', text, LONG_MS))).toBe('ERR_REPLICA_TOO_LARGE')
      }
      expect(await codeOf(replicas.ask(to, 'much', null, LONG_MS))).toBe('ERR_REPLICA_TOO_LARGE')
      expect(asked).toBe(1)
    }),
    3 * LONG_MS,
  )

  it(
    'drops what is too large to be told, and tells what comes after it',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const told = heard(other.replicas, 'word')
      one.replicas.tell('word', 'x'.repeat(26 * MEBIBYTE))
      one.replicas.tell('word', 'after')
      await until(() => told.length > 0, 'it is told')
      expect(told.map(({ body }) => body)).toEqual(['after'])
    }),
  )

  it(
    'lets 1,000 questions wait and asks no more',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const waiting: ((answer: Json) => void)[] = []
      other.replicas.serve('wait', () => new Promise<Json>((resolve) => waiting.push(resolve)))
      other.replicas.serve('echo', (body) => body)
      const to = other.replicas.id
      const all = Array.from({ length: 1_000 }, (_, n) =>
        one.replicas.ask(to, 'wait', n, 2 * LONG_MS),
      )
      expect(await codeOf(one.replicas.ask(to, 'echo', 1, LONG_MS))).toBe('ERR_REPLICA_BUSY')
      await until(() => waiting.length === 1_000, 'all arrived')
      for (const answer of waiting) answer('done')
      expect(new Set(await Promise.all(all))).toEqual(new Set(['done']))
      expect(await one.replicas.ask(to, 'echo', 1, LONG_MS)).toBe(1)
    }),
    3 * LONG_MS,
  )

  it(
    'takes back what is too large to be noted or has no name, and never throws',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const { note } = one.replicas
      note('big', 'small')
      await until(() => notesAt(other.replicas)['big'] === 'small', 'it is noted')
      note('big', 'x'.repeat(64 * 1024))
      for (const key of ['', 'x'.repeat(513), '\u0000', '\ud800']) note(key, 1)
      note('x'.repeat(512), 1)
      note('largest', 'x'.repeat(64 * 1024 - 2))
      await until(() => 'largest' in notesAt(other.replicas), 'the largest is noted')
      await until(() => !('big' in notesAt(other.replicas)), 'it is taken back')
      expect(Object.keys(notesAt(other.replicas)).toSorted()).toEqual(['largest', 'x'.repeat(512)])
    }),
  )
}
