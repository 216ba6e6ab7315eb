import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { classify, hostOf, memoryCursor, opened } from './bench.ts'

const event = (id: number, from = '7') => ({ id: String(id), from, text: `text ${String(id)}` })
const never = () => new Promise<never>(() => {})
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 2 })

describe('an event', () => {
  it('that is no direct message is acknowledged, counted, and nothing else', async () => {
    const { inbox, host } = await opened()
    const ack = vi.fn()
    expect(inbox.receive({ payload: { group: 1 }, ack })).toBe('ignored')
    expect(ack).toHaveBeenCalledTimes(1)
    expect([host.ignored.length, host.got.length]).toEqual([1, 0])
  })

  it('is taken once, however often and under whatever key it comes', async () => {
    const keysOf = (raw: unknown) => [`own:${String((raw as { own?: unknown }).own)}`]
    const { inbox, host } = await opened({ options: { keysOf } })
    const acks = [vi.fn(), vi.fn(), vi.fn()] as const
    expect(inbox.receive({ payload: { ...event(1), own: 'a' }, ack: acks[0] })).toBe('taken')
    expect(inbox.receive({ payload: { ...event(1), own: 'b' }, ack: acks[1] })).toBe('known')
    expect(inbox.receive({ payload: { ...event(2), own: 'a' }, ack: acks[2] })).toBe('known')
    await inbox.finish()
    expect(host.got).toHaveLength(1)
    for (const ack of acks) expect(ack).toHaveBeenCalledTimes(1)
  })

  it('is acknowledged when it was handled, and not before it is safe', async () => {
    let release = (): void => {}
    const cursor = memoryCursor()
    const host = hostOf(async () => {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return 'deliver'
    })
    const { inbox } = await opened({ host, cursor, options: { ackMs: 60_000 } })
    const ack = vi.fn()
    inbox.receive({ payload: event(1), ack })
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(ack).not.toHaveBeenCalled()
    release()
    await soon(() => expect(ack).toHaveBeenCalledTimes(1))
  })

  it('whose handler takes long is written down, acknowledged, and offered by the next run', async () => {
    const cursor = memoryCursor()
    const first = await opened({ cursor, host: hostOf(never) })
    const ack = vi.fn()
    const at = Date.now() - 60_000
    first.inbox.receive({ payload: { ...event(1), at }, ack })
    await soon(() => expect(ack).toHaveBeenCalledTimes(1))
    const again = await opened({ cursor: memoryCursor(cursor.last()) })
    await again.inbox.finish()
    expect(again.host.got).toMatchObject([{ messageKey: 'm:1', text: 'text 1' }])
    expect(again.host.got[0]?.heldMs).toBeGreaterThanOrEqual(60_000)
    expect(again.inbox.receive({ payload: event(1) })).toBe('known')
  })

  it('is written down without an acknowledgement as well', async () => {
    const cursor = memoryCursor()
    const { inbox } = await opened({ cursor, host: hostOf(never) })
    inbox.receive({ payload: event(1) })
    await soon(() => expect(JSON.stringify(cursor.last())).toContain('text 1'))
  })

  it('is not acknowledged while nothing can be written down', async () => {
    const cursor = memoryCursor()
    const { inbox, host } = await opened({ cursor, host: hostOf(never) })
    cursor.failWith(new Error('no space left'))
    const ack = vi.fn()
    inbox.receive({ payload: event(1), ack })
    await soon(() =>
      expect(host.lines.map(({ event: name }) => name)).toContain('position-not-saved'),
    )
    expect(ack).not.toHaveBeenCalled()
    cursor.failWith(undefined)
    const again = vi.fn()
    expect(inbox.receive({ payload: event(1), ack: again })).toBe('known')
    await soon(() => expect(again).toHaveBeenCalledTimes(1))
  })

  it('that comes after the end is not acknowledged: nobody writes it down any more', async () => {
    const { inbox } = await opened({ host: hostOf(never) })
    await inbox.finish()
    const ack = vi.fn()
    inbox.receive({ payload: event(1), ack })
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(ack).not.toHaveBeenCalled()
  })

  it('for which there is no room is left to the platform', async () => {
    const { inbox, host } = await opened({
      host: hostOf(never),
      options: { limits: { window: 2 } },
    })
    const ack = vi.fn()
    expect([1, 2, 3].map((id) => inbox.receive({ payload: event(id), ack }))).toEqual([
      ...['taken', 'taken', 'full'],
    ])
    expect(inbox.open()).toBe(2)
    expect(host.lines).toMatchObject([{ event: 'inbox-full' }])
  })

  it('is bounded by size too, but one alone always fits', async () => {
    const { inbox } = await opened({
      host: hostOf(never),
      options: { limits: { windowUnits: 100 } },
    })
    const large = { ...event(1), text: 'x'.repeat(1_000) }
    expect(inbox.receive({ payload: large })).toBe('taken')
    expect(inbox.receive({ payload: event(2) })).toBe('full')
  })

  it('that fails is offered again, and given up where others are handled', async () => {
    const host = hostOf(async ({ messageKey }) => {
      if (messageKey === 'm:1') throw new Error('not this one')
      return 'deliver'
    })
    const { inbox } = await opened({ host })
    inbox.receive({ payload: event(1, 'a') })
    const timer = setInterval(() => inbox.receive({ payload: event(Date.now(), 'b') }), 3)
    await soon(() =>
      expect(host.lines.some(({ event: name }) => name === 'message-lost')).toBe(true),
    )
    clearInterval(timer)
    expect(host.got.filter(({ messageKey }) => messageKey === 'm:1')).toHaveLength(6)
    expect(inbox.receive({ payload: event(1, 'a') })).toBe('known')
  })
})

it('keeps the order within a chat, and lets chats pass one another', async () => {
  let release = (): void => {}
  const done: string[] = []
  const host = hostOf(async ({ messageKey, replyTo }) => {
    if (messageKey === 'm:1')
      await new Promise<void>((resolve) => {
        release = resolve
      })
    done.push(`${replyTo}:${messageKey}`)
    return 'deliver'
  })
  const { inbox } = await opened({ host })
  inbox.receive({ payload: event(1, 'a') })
  inbox.receive({ payload: event(2, 'a') })
  inbox.receive({ payload: event(3, 'b') })
  await soon(() => expect(done).toEqual(['b:m:3']))
  release()
  await soon(() => expect(done).toEqual(['b:m:3', 'a:m:1', 'a:m:2']))
})

it('another owner begins with nothing, and the mark comes back to its own', async () => {
  const cursor = memoryCursor()
  const first = await opened({ cursor })
  first.inbox.receive({ payload: event(1) })
  first.inbox.mark('row-9')
  await first.inbox.finish()
  const other = await opened({ cursor: memoryCursor(cursor.last()), owner: 'bot-2' })
  expect(other.inbox.receive({ payload: event(1) })).toBe('taken')
  expect(cursor.last()).toMatchObject({ owner: 'bot-1', mark: 'row-9' })
})

it('a mark that must not be lost is saved when it is asked for', async () => {
  const cursor = memoryCursor()
  const { inbox } = await opened({ cursor, options: { saveMs: 60_000 } })
  inbox.mark('row-1')
  expect(cursor.last()).toBeUndefined()
  expect(await inbox.save()).toBe(true)
  expect(cursor.last()).toMatchObject({ mark: 'row-1' })
})

it('a mark that is costly is made when it is saved, and not before', async () => {
  const cursor = memoryCursor()
  let made = 0
  const { inbox } = await opened({ cursor, options: { saveMs: 60_000 } })
  inbox.mark(() => {
    made += 1
    return `mark-${String(made)}`
  })
  inbox.receive({ payload: event(1) })
  expect(made).toBe(0)
  expect(await inbox.save()).toBe(true)
  expect(cursor.last()).toMatchObject({ mark: 'mark-1' })
})

it('says which message nobody handled yet', async () => {
  let release = (): void => {}
  const host = hostOf(async () => {
    await new Promise<void>((resolve) => (release = resolve))
    return 'deliver'
  })
  const { inbox } = await opened({ host })
  inbox.receive({ payload: event(1) })
  await soon(() => expect(host.got).toHaveLength(1))
  expect(inbox.holds('m:1')).toBe(true)
  expect(inbox.holds('m:2')).toBe(false)
  release()
  await soon(() => expect(inbox.holds('m:1')).toBe(false))
})

it('who was answered is written down at once; a flood of others costs few writes', async () => {
  const cursor = memoryCursor()
  const bench = await opened({ cursor, options: { saveMs: 60_000, ackMs: 60_000 } })
  for (let id = 0; id < 100; id += 1) bench.inbox.receive({ payload: event(id, String(id)) })
  await soon(() => expect(bench.host.got).toHaveLength(100))
  expect(cursor.saves()).toBe(0)
  const answering = hostOf(async ({ replyTo }) => {
    inbox.sentTo(replyTo)
    return 'challenge'
  })
  const second = memoryCursor()
  const { inbox } = await opened({
    host: answering,
    cursor: second,
    options: { saveMs: 60_000, ackMs: 60_000 },
  })
  inbox.receive({ payload: event(1) })
  await soon(() => expect(second.saves()).toBe(1))
})

it('handles each message once through any order of deliveries, failures and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 15 }), { maxLength: 4 }),
      fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }),
      async (runs, failing) => {
        const fail = new Set(failing)
        const handled: string[] = []
        let cursor = memoryCursor()
        for (const ids of runs) {
          const host = hostOf(async ({ messageKey }) => {
            if (fail.delete(Number(messageKey.slice(2)))) throw new Error('once')
            handled.push(messageKey)
            return 'deliver'
          })
          const { inbox } = await opened({ host, cursor })
          for (const id of ids) inbox.receive({ payload: event(id, String(id % 3)) })
          await inbox.finish()
          cursor = memoryCursor(cursor.last())
        }
        const said = new Set(runs.flat().map((id) => `m:${String(id)}`))
        expect([...handled].sort()).toEqual([...said].sort())
      },
    ),
    { numRuns: 40 },
  )
})

it.each([
  ...[1, 'text', [], { version: 2 }, { version: 1, owner: 'b', keys: '[]', open: '{' }],
  { version: 1, owner: '', keys: '[]', open: '[]' },
  // What cannot even be made text of.
  { version: 1, owner: 'b', keys: { toString: 1 }, open: '[]' },
  { version: 1, owner: 'b', keys: '[]' },
])('a position that is none of ours is told, and nothing breaks: %j', async (saved) => {
  const { host, inbox } = await opened({ cursor: memoryCursor(saved) })
  expect(host.lines).toMatchObject([{ event: 'position-damaged' }])
  expect(inbox.receive({ payload: event(1) })).toBe('taken')
  expect(classify(null)).toMatchObject({ kind: 'ignore' })
})
