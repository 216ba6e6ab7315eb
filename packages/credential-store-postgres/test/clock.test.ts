import fc from 'fast-check'
import { expect, it } from 'vitest'
import { databaseClock } from '../src/database-clock.ts'
import { onSchema } from './support-store.ts'

it("never answers a time before the database's, and never later than its error allows", () => {
  const step = fc.record({
    wait: fc.nat(2_000),
    there: fc.nat(80),
    back: fc.nat(80),
  })
  const drifts = fc.double({ min: -0.00015, max: 0.00015, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 30 }),
      drifts,
      fc.nat(10_000),
      (steps, drift, offset) => {
        let here = 1_000
        const there = (): number => offset + here * (1 + drift)
        const clock = databaseClock(() => here)
        let last = Number.NEGATIVE_INFINITY
        let lastError = 0
        for (const { wait, there: forth, back } of steps) {
          here += wait
          const sent = here
          here += forth
          const databaseMs = there()
          here += back
          clock.learn({ sent, received: here, databaseMs })
          const [now, error] = [clock.now(), clock.errorMs()]
          expect(now).toBeGreaterThanOrEqual(there() - 0.001)
          expect(now - there()).toBeLessThanOrEqual(2 * error + 1)
          expect(now).toBeGreaterThanOrEqual(last - 2 * Math.max(error, lastError) - 1)
          last = now
          lastError = error
        }
      },
    ),
  )
})

it('follows a clock of the database that was set', () => {
  let here = 0
  const clock = databaseClock(() => here)
  clock.learn({ sent: 0, received: 2, databaseMs: 1_000 })
  here = 100
  clock.learn({ sent: 90, received: 110, databaseMs: 600_000 })
  expect(clock.now()).toBeGreaterThanOrEqual(600_000)
  clock.learn({ sent: 90, received: 110, databaseMs: 5_000 })
  expect(clock.now()).toBeLessThan(5_100)
})

it(
  'is the clock of transactions, whatever this machine believes',
  onSchema(async ({ open, sql }) => {
    const store = await open()
    const [row] = await sql('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now')
    const now = await store.transact(
      { scope: 'x' as never, actor: { kind: 'root', user: 'x' }, action: 'x' },
      (tx) => tx.now,
    )
    expect(Math.abs(now - Number(row?.['now']))).toBeLessThan(10_000)
    expect(Math.abs(store.clock.now() - now)).toBeLessThan(10_000)
    expect(store.clockError()).toBeLessThan(10_000)
  }),
)
