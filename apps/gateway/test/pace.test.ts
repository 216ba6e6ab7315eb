import { describe, expect, it } from 'vitest'
import { BULK_BURST_BYTES, BULK_BYTES, MAX_MESSAGE_BYTES } from '../src/limits.ts'
import { pace } from '../src/ws/pace.ts'

describe('long messages of one connection', () => {
  it('make it wait, short ones never', () => {
    let now = 1_000_000
    const rate = pace(() => now)
    for (let count = 0; count < 1_000; count += 1) expect(rate.took(BULK_BYTES - 1)).toBe(0)
    expect(rate.took(BULK_BURST_BYTES)).toBe(0)
    const rest = rate.took(MAX_MESSAGE_BYTES)
    expect(Math.round(rest)).toBe(20_000)
    now += rest
    expect(Math.round(rate.took(MAX_MESSAGE_BYTES))).toBe(20_000)
    now += 60_000
    expect(rate.took(BULK_BURST_BYTES)).toBe(0)
  })
})
