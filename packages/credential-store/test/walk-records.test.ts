import type { Seq } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { liveView, type Records, recordsFrom } from '../src/kit.ts'
import { numbers } from './support-store.ts'

it('a walk begins anew when the store began with other records', () => {
  const state = { records: recordsFrom([]) as Records }
  const begin = (...keys: readonly string[]): void => {
    const list = keys.map((key, at): [string, number] => [key, at])
    state.records = recordsFrom([[numbers.name, list]])
  }
  const current = (): Records => state.records
  const walk = liveView({ current, latest: current, seq: () => 0 as Seq }, numbers).walk()
  const next = (): readonly string[] => walk.next(2).entries.map(({ key }) => key)
  begin('a', 'b', 'c')
  expect([next(), next(), next()]).toEqual([['a', 'b'], ['c'], []])
  begin('a', 'd')
  expect([next(), next()]).toEqual([['a', 'd'], []])
  begin('a', 'b', 'c')
  expect(next()).toEqual(['a', 'b'])
  begin('e')
  expect([next(), next()]).toEqual([['e'], []])
})
