import { expect, it } from 'vitest'
import { until } from '../channel-bench/waiting.ts'
import { codeOf, heard, LONG_MS, notesAt, type OpenReplicas, onStage } from './subject.ts'

/** Who lives, and what is left of those who do not. */
export function lifeCases(open: OpenReplicas): void {
  it(
    'knows all others and not itself, under ids that stay',
    onStage(open, async ({ joined }) => {
      const all = (await joined(3)).map(({ replicas }) => replicas)
      const ids = all.map(({ id }) => id)
      expect(new Set(ids).size).toBe(3)
      for (const { id, others } of all) {
        expect([...others(), id].toSorted()).toEqual(ids.toSorted())
      }
      expect(all.map(({ id }) => id)).toEqual(ids)
    }),
  )

  it(
    'calls who listens when one comes and when one goes, until that is ended',
    onStage(open, async ({ joined, join }) => {
      const [first] = await joined(1)
      if (first === undefined) return
      const calls = { kept: 0, ended: 0 }
      first.replicas.onNoted(() => {
        calls.kept += 1
      })
      const end = first.replicas.onNoted(() => {
        calls.ended += 1
      })
      const second = await join()
      second.replicas.note('here', true)
      await until(() => first.replicas.others().length === 1, 'it is seen')
      expect(calls.ended).toBeGreaterThan(0)
      end()
      end()
      const before = { ...calls }
      await second.close()
      await until(() => first.replicas.others().length === 0, 'it is gone')
      expect(calls.kept).toBeGreaterThan(before.kept)
      expect(calls.ended).toBe(before.ended)
    }),
  )

  it(
    'forgets one that was closed, with its notes, and one that was killed',
    onStage(open, async ({ joined }) => {
      const [one, closed, killed] = await joined(3)
      if (!one || !closed || !killed) return
      closed.replicas.note('closed', 1)
      killed.replicas.note('killed', 2)
      await until(() => one.replicas.noted('').length === 2, 'both are noted')
      await closed.close()
      await until(() => one.replicas.noted('closed').length === 0, 'the closed one is forgotten')
      expect(notesAt(one.replicas)).toEqual({ killed: 2 })
      expect(one.replicas.others()).toEqual([killed.replicas.id])
      await killed.kill()
      await until(() => one.replicas.others().length === 0, 'the killed one is forgotten')
      expect(one.replicas.noted('')).toEqual([])
    }),
    2 * LONG_MS,
  )

  it(
    'says nothing and knows nobody after its end',
    onStage(open, async ({ joined }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      const told = heard(other.replicas, 'word')
      const waiting = codeOf(one.replicas.ask(other.replicas.id, 'nobody-serves', null, LONG_MS))
      await one.close()
      expect(await waiting).toMatch(/^ERR_/)
      one.replicas.tell('word', 'late')
      one.replicas.note('late', 1)
      expect(await codeOf(one.replicas.ask(other.replicas.id, 'word', 1, LONG_MS))).toMatch(/^ERR_/)
      expect(one.replicas.others()).toEqual([])
      expect(one.replicas.noted('')).toEqual([])
      await until(() => other.replicas.others().length === 0, 'it is gone')
      expect([told, other.replicas.noted('')]).toEqual([[], []])
    }),
  )

  it(
    'never uses an id again',
    onStage(open, async ({ join }) => {
      const ids = new Set<string>()
      for (let n = 0; n < 5; n += 1) {
        const { replicas, close } = await join()
        replicas.note('n', n)
        ids.add(replicas.id)
        await close()
      }
      expect(ids.size).toBe(5)
    }),
  )

  it(
    'goes on while others come and go',
    onStage(open, async ({ joined, join }) => {
      const [one, other] = await joined(2)
      if (!one || !other) return
      other.replicas.serve('double', (body) => Number(body) * 2)
      for (let n = 1; n <= 8; n += 1) {
        const passing = await join()
        passing.replicas.note(`passing/${String(n)}`, n)
        const asked = [one, passing].map(({ replicas }) =>
          replicas.ask(other.replicas.id, 'double', n, LONG_MS),
        )
        expect(await Promise.all(asked)).toEqual([2 * n, 2 * n])
        await passing.close()
      }
      await until(() => one.replicas.others().length === 1, 'those who passed are gone')
      expect(one.replicas.noted('passing/')).toEqual([])
    }),
    2 * LONG_MS,
  )
}
