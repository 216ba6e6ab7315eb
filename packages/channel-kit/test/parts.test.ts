import { OpenClawError, type SendOutcome } from '@openclaw/pairing-contracts'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  addressFault,
  backoff,
  bell,
  inWords,
  neverRejects,
  onceMade,
  originOf,
  orNothing,
  pause,
  queued,
  redactor,
  runAccount,
  seldom,
  sendParts,
  statusBoard,
  tried,
  triesOf,
  waker,
  within,
} from '../src/index.ts'
import { clock, hostOf } from './bench.ts'

const sent = (id: string): SendOutcome => ({ outcome: 'sent', messageId: id })
const address = { channel: 'test', account: 'default' } as never

describe('a send', () => {
  it('is tried again only where it was not taken, as often as allowed', async () => {
    const once = vi.fn(async () => ({ outcome: 'again', reason: 'busy' }) as const)
    const stop = () => undefined
    expect(await tried(once, { retryMs: 1, stop })).toEqual({ outcome: 'failed', reason: 'busy' })
    expect(once).toHaveBeenCalledTimes(3)
    const lost = vi.fn(async () => ({ outcome: 'unknown', reason: 'lost' }) as const)
    expect(await tried(lost, { retryMs: 1, stop })).toMatchObject({ outcome: 'unknown' })
    expect(lost).toHaveBeenCalledTimes(1)
  })

  it('does not wait longer than allowed, nor through a stop', async () => {
    const long = async () => ({ outcome: 'again', reason: 'later', afterMs: 61_000 }) as const
    expect(await tried(long, { retryMs: 1, stop: () => undefined })).toMatchObject({
      outcome: 'failed',
    })
    const stopping = new AbortController()
    setTimeout(() => stopping.abort(), 10)
    const again = async () => ({ outcome: 'again', reason: 'busy' }) as const
    const limits = { retryMs: 60_000, stop: () => stopping.signal }
    expect(await tried(again, limits)).toEqual({ outcome: 'failed', reason: 'busy; then stopped' })
  })

  it('waits twice as long each time, up to a bound, and a little longer by chance', async () => {
    vi.useFakeTimers()
    try {
      const again = async () => ({ outcome: 'again', reason: 'busy' }) as const
      const retry = { attempts: 5, minDelayMs: 100, maxDelayMs: 350, jitter: 0.5 }
      const limits = triesOf(retry, (length) => new Uint8Array(length).fill(255))
      const begun = Date.now()
      const times: number[] = []
      const once = () => {
        times.push(Date.now() - begun)
        return again()
      }
      const outcome = tried(once, { ...limits, stop: () => undefined })
      await vi.runAllTimersAsync()
      expect(await outcome).toMatchObject({ outcome: 'failed' })
      expect(times).toEqual([0, 150, 450, 800, 1_150])
    } finally {
      vi.useRealTimers()
    }
  })

  it('of which a part arrived is unknown', async () => {
    const outcomes: SendOutcome[] = [sent('1'), { outcome: 'refused', reason: 'blocked' }]
    const of = async (index: number) => outcomes[index] ?? sent('9')
    expect(await sendParts([0, 1], of)).toEqual({
      outcome: 'unknown',
      reason: 'only the first 1 parts arrived: blocked',
    })
    expect(await sendParts([1], of)).toMatchObject({ outcome: 'refused' })
    expect(await sendParts([0, 2], of)).toEqual(sent('1'))
    expect(await sendParts([], of)).toMatchObject({ outcome: 'refused' })
  })

  it('waits behind others to the same recipient, and is refused a place when too many wait', async () => {
    const order: string[] = []
    const releases: (() => void)[] = []
    const send = queued(
      async ({ to, text }) => {
        order.push(`${to}${text}`)
        await new Promise<void>((resolve) => releases.push(resolve))
        if (text === '1') throw new Error('broken')
        return sent(text)
      },
      { atOnce: 2, waiting: 2 },
    )
    const all = ['a1', 'a2', 'b1', 'c1', 'd1'].map((name) =>
      send({ to: name.slice(0, 1), text: name.slice(1) }).catch(() => 'thrown'),
    )
    expect(await all[4]).toMatchObject({ outcome: 'failed' })
    await vi.waitFor(() => expect(order).toEqual(['a1', 'b1']), { timeout: 20_000 })
    while (order.length < 4) {
      releases.shift()?.()
      await pause(1, undefined)
    }
    for (const release of releases) release()
    expect(await Promise.all(all.slice(0, 4))).toEqual(['thrown', sent('2'), 'thrown', 'thrown'])
  })

  it('that throws is refused, with the words that are meant for people', async () => {
    class Wrong extends OpenClawError {
      override readonly name = 'Wrong'
      override readonly code = 'ERR_WRONG'
    }
    const thrown = (error: unknown) => neverRejects(() => Promise.reject(error))
    expect(await thrown(new Wrong('the token is wrong'))).toMatchObject({
      reason: 'the token is wrong',
    })
    expect(await thrown(new Error('secret inside'))).toMatchObject({ reason: 'not possible' })
    expect(inWords(new Wrong('a', { hint: 'b' }), 'x')).toBe('a. b')
    expect(inWords(new Error('a'), 'x')).toBe('x')
  })
})

describe('a back-off', () => {
  it('grows to its limit and begins anew after a healthy while', () => {
    let now = 0
    const waits = backoff(
      { clock: { now: () => now as never }, random: () => new Uint8Array([255]) },
      { backoffMs: 100, maxBackoffMs: 1_000, healthyMs: 5_000 },
    )
    expect([1, 2, 3, 4, 5].map(() => waits.failed())).toEqual([100, 200, 400, 800, 1_000])
    now = 10_000
    expect(waits.failed()).toBe(100)
  })

  it('is as much shorter at most as its jitter says', () => {
    const shortest = { clock, random: () => new Uint8Array([0]) }
    const timing = { backoffMs: 1_000, maxBackoffMs: 1_000, healthyMs: 1 }
    expect(backoff(shortest, { ...timing, jitter: 0.2 }).after(1)).toBe(800)
    expect(backoff(shortest, { ...timing, jitter: 0 }).after(1)).toBe(1_000)
  })

  it('is between half and whole, for any share and factor', () => {
    fc.assert(
      fc.property(
        fc.nat(255),
        fc.nat(1_000),
        fc.double({ min: 1, max: 3, noNaN: true }),
        (a, n, f) => {
          const waits = backoff(
            { clock, random: () => new Uint8Array([a]) },
            { backoffMs: 100, maxBackoffMs: 1_000, healthyMs: 1, factor: f },
          )
          const wait = waits.after(n + 1)
          expect(wait).toBeGreaterThanOrEqual(50)
          expect(wait).toBeLessThanOrEqual(1_000)
        },
      ),
    )
  })
})

it('leave for what is done at once is there once, and again after a quiet while', () => {
  let now = 1_000
  const may = seldom({ now: () => now as never }, 100)
  const asked = [0, 50, 99, 100, 1, 100, -5_000].map((ms) => {
    now += ms
    return may()
  })
  expect(asked).toEqual([true, false, false, true, false, true, true])
})

describe('waiting', () => {
  it('ends by time, by a ring, by a stop', async () => {
    const door = bell()
    const stop = new AbortController()
    const waits = [door.wait(60_000, undefined), pause(60_000, stop.signal), pause(1, undefined)]
    door.ring()
    stop.abort()
    await Promise.all(waits)
    await pause(60_000, stop.signal)
  })

  it('gives a call a signal that aborts in time, and lets nothing keep the process', async () => {
    const aborted = within(5, undefined, (signal) =>
      pause(60_000, signal).then(() => signal.aborted),
    )
    expect(await aborted).toBe(true)
    expect(await orNothing(new Promise(() => {}), 5)).toBeUndefined()
    expect(await orNothing(Promise.resolve(7), 60_000)).toBe(7)
  })
})

it('a loop sleeps until it is woken, also by what came while it worked', async () => {
  const stop = new AbortController()
  const wake = waker(stop.signal)
  wake.now()
  await wake.next(60_000)
  const sleep = wake.next(60_000)
  wake.now()
  await sleep
  await wake.next(1)
  stop.abort()
  await wake.next(60_000)
  await wake.next(60_000)
})

it.each([
  ['https://api.example.com/x', 'http', undefined],
  ['http://127.0.0.1:80', 'http', undefined],
  ['http://[::1]', 'http', undefined],
  ['ws://localhost:1', 'ws', undefined],
  ['wss://example.com', 'ws', undefined],
  ['http://example.com', 'http', 'in-clear'],
  ['http://127.0.0.1.example.com', 'http', 'in-clear'],
  ['ws://10.0.0.1', 'ws', 'in-clear'],
  ['https://example.com', 'ws', 'in-clear'],
  ['javascript:alert(1)', 'http', 'in-clear'],
  ['https://me:pw@example.com', 'http', 'credentials'],
  ['https://example.com/?a', 'http', 'more'],
  ['https://example.com/#a', 'http', 'more'],
  ['example.com', 'http', 'no-url'],
  [undefined, 'http', 'no-url'],
] as const)('the address %s for %s: %s', (text, scheme, fault) => {
  expect(addressFault(text, scheme)).toBe(fault)
  if (fault === undefined) expect(originOf(text)).toBe(new URL(text).origin)
})

it('keeps secrets out of words, also where they are encoded, and keeps words short', () => {
  const redact = redactor({ secrets: ['pass word/1', 'abc'], pattern: /\bxo-\w+/g })
  expect(redact('pass word/1 pass%20word%2F1 xo-12 abc\n\u202ex')).toBe(
    '<secret> <secret> <secret> abc x',
  )
  expect(redact('y'.repeat(1_000))).toHaveLength(300)
})

describe('what ends when a signal aborts', () => {
  it('may be much at once, which is no leak that Node warns of', async () => {
    const warned = vi.fn()
    process.on('warning', warned)
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    const calls = Array.from({ length: 32 }, () => within(60_000, signal, () => pause(5, signal)))
    await Promise.all(calls)
    await pause(1, undefined)
    process.off('warning', warned)
    expect(warned).not.toHaveBeenCalled()
    expect([add.mock.calls.length, remove.mock.calls.length]).toEqual([1, 1])
    expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1])
  })

  it('ends all of it, what was over before left out, and what begins later too', async () => {
    const controller = new AbortController()
    const { signal } = controller
    await pause(1, signal)
    const aborted: number[] = []
    const calls = [1, 2, 3].map((n) =>
      within(60_000, signal, async (ends) => {
        await pause(60_000, ends)
        aborted.push(n)
      }),
    )
    controller.abort()
    await Promise.all(calls)
    expect(aborted).toEqual([1, 2, 3])
    await pause(60_000, signal)
    expect(await within(60_000, signal, async (ends) => ends.aborted)).toBe(true)
  })
})

describe('the run of an account', () => {
  it('says how it stands, labels its lines, and ends what goes on behind it', async () => {
    const board = statusBoard(clock)
    const host = hostOf()
    const seen: { stop?: { readonly aborted: boolean } } = {}
    const began = (stop: { readonly aborted: boolean }): void => {
      seen.stop = stop
    }
    const { signal } = new AbortController()
    await runAccount({ address, board, host, signal, began }, async (labelled) => {
      expect(board.now().state).toBe('starting')
      labelled.log('info', 'hello', { a: 1 })
    })
    expect(host.lines).toMatchObject([{ fields: { channel: 'test', account: 'default', a: 1 } }])
    expect(board.now().state).toBe('stopped')
    expect(seen.stop?.aborted).toBe(true)
  })

  it('that fails says why, and rejects; one that was stopped first does nothing', async () => {
    const board = statusBoard(clock)
    const host = hostOf()
    const live = new AbortController().signal
    const failing = runAccount({ address, board, host, signal: live }, async () => {
      throw new Error('inside')
    })
    await expect(failing).rejects.toThrow('inside')
    expect(board.now()).toMatchObject({ state: 'failed', lastError: 'an unexpected error' })
    const work = vi.fn()
    await runAccount({ address, board, host, signal: AbortSignal.abort() }, work)
    expect(work).not.toHaveBeenCalled()
  })

  it('makes its client once, and again only where that failed', () => {
    const make = vi.fn(() => ({}))
    const client = onceMade(make)
    expect(client()).toBe(client())
    expect(make).toHaveBeenCalledTimes(1)
  })
})
