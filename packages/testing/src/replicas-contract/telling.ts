import type { Json } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { until } from '../channel-bench/waiting.ts'
import { heard, LONG_MS, type OpenReplicas, onStage } from './subject.ts'

/** Values that a way through text or a database might bend. */
const values: readonly Json[] = [
  null,
  false,
  0,
  -1.5e300,
  '',
  'plain',
  '\u0000 \ud800 \u{1f980} \u2028 "\\',
  [],
  [[1, [2, null]], {}],
  { a: { b: [{ c: 'd' }] }, 'key with \u0000': true },
]

/** What is told to all others. */
export function tellingCases(open: OpenReplicas): void {
  it(
    'reaches all others once, in order, and never itself',
    onStage(open, async ({ joined }) => {
      const all = await joined(3)
      const told = all.map(({ replicas }) => heard(replicas, 'count'))
      const [one] = all
      const count = 200
      for (let n = 0; n < count; n += 1) one?.replicas.tell('count', n)
      await until(() => told.slice(1).every(({ length }) => length >= count), 'all is told')
      const expected = Array.from({ length: count }, (_, n) => ({
        body: n,
        from: one?.replicas.id,
      }))
      expect(told).toEqual([[], expected, expected])
    }),
  )

  it(
    'keeps the order of one sender over kinds, whatever the handlers do',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const said: Json[] = []
      other.replicas.serve('never', (body) => {
        said.push(body)
        return new Promise<Json>(() => {})
      })
      other.replicas.serve('throws', (body) => {
        said.push(body)
        throw new Error('on purpose')
      })
      other.replicas.serve('rejects', async (body) => {
        said.push(body)
        throw new Error('on purpose')
      })
      for (let n = 0; n < 30; n += 1) {
        one.replicas.tell(['never', 'throws', 'rejects', 'unknown'][n % 4] ?? '', n)
      }
      const known = Array.from({ length: 30 }, (_, n) => n).filter((n) => n % 4 !== 3)
      await until(() => said.length >= known.length, 'all is told')
      expect(said).toEqual(known)
    }),
  )

  it(
    'brings each value over as it is, and shares none',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const told = heard(other.replicas, 'value')
      for (const value of values) one.replicas.tell('value', value)
      const changed = { n: 1 }
      one.replicas.tell('value', changed)
      changed.n = 2
      await until(() => told.length > values.length, 'all is told')
      expect(told.map(({ body }) => body)).toEqual([...values, { n: 1 }])
    }),
  )

  it(
    'knows kinds by their whole name alone',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const told = heard(other.replicas, 'toString')
      for (const kind of ['__proto__', 'constructor', 'toStrin', 'toString ', '', 'toString']) {
        one.replicas.tell(kind, kind)
      }
      await until(() => told.length > 0, 'it is told')
      expect(told).toEqual([{ body: 'toString', from: one.replicas.id }])
    }),
  )

  it(
    'is served by one at a time, and by the next when that one has ended',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const ask = (): Promise<Json> => one.replicas.ask(other.replicas.id, 'who', null, LONG_MS)
      const end = other.replicas.serve('who', () => 'first')
      expect(() => other.replicas.serve('who', () => 'second')).toThrow(TypeError)
      expect(await ask()).toBe('first')
      end()
      other.replicas.serve('who', () => 'third')
      end()
      expect(await ask()).toBe('third')
    }),
  )
}
