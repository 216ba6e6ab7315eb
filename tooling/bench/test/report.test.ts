import { expect, it } from 'vitest'
import { type Figure, verdictOf } from '../src/figure.ts'
import { short, tableOf } from '../src/report.ts'
import { quantile, spreadOf } from '../src/stats.ts'

const figure = (median: number, target?: Figure['target']): Figure => ({
  name: 'walk',
  unit: 'ms',
  runs: 3,
  measured: { median, min: 1, max: 2000 },
  ...(target === undefined ? {} : { target }),
})

it('takes the nearest rank, whatever the order', () => {
  expect(quantile([5, 1, 3, 2, 4], 0.5)).toBe(3)
  expect(quantile([5, 1, 3, 2, 4], 0.99)).toBe(5)
  expect(quantile([7], 0.01)).toBe(7)
  expect(quantile([], 0.5)).toBeNaN()
})

it('keeps the extremes beside the median', () => {
  expect(spreadOf([3, 9, 1])).toEqual({ median: 3, min: 1, max: 9 })
})

it.each([
  [10, { sense: 'at-most', value: 10 }, 'met'],
  [10.1, { sense: 'at-most', value: 10 }, 'MISSED'],
  [9.9, { sense: 'at-least', value: 10 }, 'MISSED'],
  [Number.NaN, { sense: 'at-most', value: 10 }, 'MISSED'],
  [10, undefined, '-'],
] as const)('judges %d against %j as %s', (median, target, verdict) => {
  expect(verdictOf(figure(median, target))).toBe(verdict)
})

it('prints numbers that people can read', () => {
  expect([short(1.23456), short(0.0001234), short(123456.7)]).toEqual([
    '1.23',
    '0.000123',
    '123,457',
  ])
})

it('names the machine and puts target and verdict beside each figure', () => {
  const machine = {
    cpu: 'Abacus',
    cores: 2,
    memoryGb: 4,
    platform: 'linux',
    fileSystem: 'ext4',
    node: '20.19.0',
  }
  const table = tableOf([figure(4, { sense: 'at-most', value: 5 })], machine)
  expect(table).toContain('Abacus, 2 cores, 4 GB')
  expect(table).toMatch(/\| walk +\| 4 +\| ms +\| 1 – 2,000 +\| +\| <= 5 +\| met +\| 0\.8 × +\|/)
  const floored = { ...figure(4), floor: { name: 'run', value: 2 } }
  expect(tableOf([floored], machine)).toMatch(/\| 2 \(run\) +\| +\| - +\| 2 × +\|/)
})
