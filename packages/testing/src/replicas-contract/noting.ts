import type { JsonObject } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { until } from '../channel-bench/waiting.ts'
import { notesAt, type OpenReplicas, onStage } from './subject.ts'

/** What one says of itself. */
export function notingCases(open: OpenReplicas): void {
  it(
    'is seen by all others, also by one that comes later, and not by itself',
    onStage(open, async ({ joined, join }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      one.replicas.note('node/a', { at: 1, text: '\u0000\ud800' })
      one.replicas.note('node/b', 2)
      other.replicas.note('node/a', 'another')
      const later = await join()
      await until(() => later.replicas.noted('').length === 3, 'all is seen')
      await until(() => other.replicas.noted('').length === 2, 'all is seen')
      const a = { replica: one.replicas.id, key: 'node/a', value: { at: 1, text: '\u0000\ud800' } }
      const b = { replica: one.replicas.id, key: 'node/b', value: 2 }
      expect(other.replicas.noted('').toSorted((x, y) => (x.key < y.key ? -1 : 1))).toEqual([a, b])
      await until(() => one.replicas.noted('').length === 1, 'the other is seen')
      expect(one.replicas.noted('')).toEqual([
        { replica: other.replicas.id, key: 'node/a', value: 'another' },
      ])
      expect(later.replicas.noted('node/a')).toHaveLength(2)
      expect(later.replicas.noted('node/b')).toEqual([b])
      expect(later.replicas.noted('node/c')).toEqual([])
    }),
  )

  it(
    'may be changed and taken back, the last word holding',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      for (let n = 0; n < 50; n += 1) one.replicas.note('n', n)
      one.replicas.note('gone', true)
      await until(() => 'gone' in notesAt(other.replicas), 'it is noted')
      one.replicas.note('gone', undefined)
      one.replicas.note('never was', undefined)
      one.replicas.note('end', true)
      await until(() => 'end' in notesAt(other.replicas), 'the end is noted')
      await until(() => !('gone' in notesAt(other.replicas)), 'it is taken back')
      expect(notesAt(other.replicas)).toEqual({ n: 49, end: true })
      one.replicas.note('gone', 'again')
      await until(() => notesAt(other.replicas)['gone'] === 'again', 'it is there again')
    }),
  )

  it(
    'calls who listens when something is noted, changed or taken back',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const seen: unknown[] = []
      other.replicas.onNoted(() => {
        const value = notesAt(other.replicas)['n']
        if (seen.at(-1) !== value) seen.push(value)
      })
      for (const value of [1, 2, undefined] as const) {
        one.replicas.note('n', value)
        await until(() => seen.at(-1) === value && seen.length > 0, 'it was called')
      }
      expect(seen.slice(-3)).toEqual([1, 2, undefined])
    }),
  )

  it(
    'shares no value with who noted it or sees it',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const value = { list: [1] }
      one.replicas.note('v', value)
      value.list.push(2)
      await until(() => 'v' in notesAt(other.replicas), 'it is noted')
      const seen = notesAt(other.replicas)['v'] as JsonObject
      expect(seen).toEqual({ list: [1] })
      try {
        ;(seen['list'] as number[]).push(3)
      } catch {
        // frozen is as good as copied
      }
      expect(notesAt(other.replicas)['v']).toEqual({ list: [1] })
    }),
  )
}
