import { OpenClawError } from '@openclaw/pairing-contracts'
import { expect, it, vi } from 'vitest'
import { followHealth } from '../src/log/follow-health.ts'

class Lost extends OpenClawError {
  override readonly name = 'Lost'
  override readonly code: string
  constructor(code: string) {
    super(`it said ${code}`, { hint: 'mend it' })
    this.code = code
  }
}

it('says once that the store cannot be used, and once that it can again', async () => {
  vi.useFakeTimers()
  try {
    let health: object = { state: 'ok' }
    const lines: string[] = []
    const { stop } = followHealth(
      (level, event, fields) => lines.push(`${level} ${event} ${String(fields['reason'] ?? '')}`),
      { backend: { kind: 'postgres', store: { health: () => health } } as never },
    )
    const later = () => vi.advanceTimersByTimeAsync(3_000)
    await later()
    health = { state: 'stale', error: new Lost('ERR_ONE') }
    await later()
    health = { state: 'stale', error: new Lost('ERR_ONE') }
    await later()
    health = { state: 'stale', error: new Lost('ERR_TWO') }
    await later()
    health = { state: 'ok' }
    await later()
    stop()
    health = { state: 'damaged', error: new Lost('ERR_THREE') }
    await later()
    expect(lines).toEqual([
      'error store-not-usable it said ERR_ONE. mend it',
      'error store-not-usable it said ERR_TWO. mend it',
      'info store-usable-again ',
    ])
  } finally {
    vi.useRealTimers()
  }
})
