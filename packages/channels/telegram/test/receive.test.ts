import { privateMessage } from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it } from 'vitest'
import {
  closeAll,
  emulate,
  events,
  type MemoryCursor,
  memoryCursor,
  pause,
  runBench,
  texts,
  until,
} from './bench.ts'

const NOTHING = { keys: '', passed: '' }
const [ALICE, BOB] = [200_001, 200_002]

afterEach(closeAll)

describe('receiving', () => {
  it('takes a flood of strangers without a write for each', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const bench = runBench({ emulator, cursor, options: { timing: { saveMs: 1_000 } } })
    await until(emulator.polled, 'the poll')
    for (let n = 0; n < 3_000; n += 1) emulator.message(400_000 + (n % 700), `flood ${n}`)
    await until(() => bench.offered.length >= 3_000, 'the flood')
    expect(new Set(texts(bench.offered)).size).toBe(3_000)
    await bench.stop()
    expect(bench.offered).toHaveLength(3_000)
    expect(cursor.saves()).toBeLessThan(8)
    expect(JSON.stringify(cursor.last()).length).toBeLessThan(10_000)
    expect(emulator.pending()).toEqual([])
  })

  it('takes a backlog of several batches in order, and nothing twice after a restart', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    for (let n = 0; n < 250; n += 1) emulator.message(ALICE, String(n))
    const first = runBench({ emulator, cursor })
    await until(() => first.offered.length === 250, 'the backlog')
    await first.stop()
    const second = runBench({ emulator, cursor })
    emulator.message(ALICE, 'last')
    await until(() => second.offered.length > 0, 'the next message')
    expect(texts(first.offered)).toEqual(Array.from({ length: 250 }, (_, n) => String(n)))
    expect(texts(second.offered)).toEqual(['last'])
  })

  it('saves the position at once when somebody was answered', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const bench = runBench({
      emulator,
      cursor,
      onMessage: async ({ replyTo, text }, connection) => {
        if (text === 'hello') await connection.send({ to: replyTo, text: 'hi' })
      },
      options: { timing: { saveMs: 60_000 } },
    })
    const { messageId } = emulator.message(ALICE, 'hello')
    await until(() => cursor.saves() > 0, 'the position')
    expect(cursor.last()).toMatchObject({ keys: `${ALICE}:${messageId}` })
    const saves = cursor.saves()
    emulator.message(ALICE, 'not answered')
    await until(() => bench.offered.length === 2, 'the second message')
    await pause(50)
    expect(cursor.saves()).toBe(saves)
  })

  it('keeps what a damaged confirmation brings again, and ids that start over, apart', async () => {
    const emulator = await emulate({ firstUpdateId: 900_000_000 })
    const bench = runBench({ emulator })
    const { updateId = 0 } = emulator.message(ALICE, 'one')
    await until(() => bench.offered.length === 1, 'the first')
    emulator.restartIds(5_000)
    const later = { messageId: 100, at: Date.now() + 5_000, content: { text: 'two' } }
    emulator.push(privateMessage(ALICE, later))
    await until(() => bench.offered.length === 2, 'the message with a lower id')
    emulator.redeliver(updateId)
    emulator.message(ALICE, 'three')
    await until(() => bench.offered.length >= 3, 'the third')
    expect(texts(bench.offered)).toEqual(['one', 'two', 'three'])
    const polls = emulator.calls.length
    await pause(300)
    expect(emulator.calls.length - polls).toBeLessThan(10)
  })

  it('forgets the position of another bot, and update ids of another server', async () => {
    const root = 'https://api.telegram.org'
    const saved = { version: 1, lastUpdateId: 999_999_999, root, newestAt: 0, ...NOTHING }
    const emulator = await emulate({ firstUpdateId: 10 })
    const { messageId } = emulator.message(ALICE, 'one')
    const keys = `${ALICE}:${messageId}`
    const other = runBench({ emulator, cursor: memoryCursor({ ...saved, keys, botId: '42' }) })
    await until(() => other.offered.length === 1, 'the message')
    await other.stop()
    const moved = await emulate({ firstUpdateId: 10, token: emulator.token })
    moved.message(ALICE, 'one')
    moved.message(ALICE, 'two')
    const cursor = memoryCursor({ ...saved, keys, botId: String(emulator.botId) })
    const bench = runBench({ emulator: moved, cursor })
    await until(() => bench.offered.length > 0, 'the message on the new server')
    expect(texts(bench.offered)).toEqual(['two'])
  })

  it.each([
    ['with the bot', { version: 2, botId: '1234567890' }],
    ['without the bot', { version: 1 }],
  ])('takes over the position that OpenClaw saved, %s', async (_, fields) => {
    const emulator = await emulate()
    const { updateId: lastUpdateId } = emulator.message(ALICE, 'answered by OpenClaw')
    emulator.message(ALICE, 'new')
    const bench = runBench({ emulator, cursor: memoryCursor({ ...fields, lastUpdateId }) })
    await until(() => bench.offered.length > 0, 'the message')
    await pause(50)
    expect(texts(bench.offered)).toEqual(['new'])
    expect(events(bench.lines)).not.toContain('position-damaged')
  })

  it('saves a position that OpenClaw can take over again', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const { updateId } = emulator.message(ALICE, 'hello')
    const bench = runBench({ emulator, cursor })
    await until(() => bench.offered.length > 0, 'the message')
    await bench.stop()
    expect(cursor.last()).toMatchObject({ version: 1, lastUpdateId: updateId, botId: '1234567890' })
  })

  it.each([
    ['text', 'garbage'],
    ['a list', [1]],
    ['another version', { version: 3, botId: '1', lastUpdateId: 5 }],
    ['an offset that is none', { version: 1, botId: '1', lastUpdateId: 'soon' }],
    ['a list of keys that is none', { version: 1, botId: '1', lastUpdateId: 5, keys: 7 }],
  ])('goes on, and says so, when the saved position is %s', async (_, saved) => {
    const emulator = await emulate()
    emulator.message(ALICE, 'hello')
    const bench = runBench({ emulator, cursor: memoryCursor(saved) })
    await until(() => bench.offered.length === 1, 'the message')
    expect(events(bench.lines)).toContain('position-damaged')
  })

  it('waits for a position that cannot be read', async () => {
    const emulator = await emulate()
    const cursor: MemoryCursor = memoryCursor()
    cursor.failWith(new Error('EACCES: permission denied'))
    const bench = runBench({ emulator, cursor })
    await until(() => bench.connection.status().state === 'waiting', 'the state')
    expect(bench.connection.status().lastError).toMatch(/EACCES/)
    cursor.failWith(undefined)
    await until(() => bench.connection.status().state === 'connected', 'the connection')
  })

  it('goes on while the position cannot be saved, says so once, and saves it later', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const bench = runBench({ emulator, cursor, options: { timing: { saveMs: 20 } } })
    await until(emulator.polled, 'the poll')
    cursor.failWith(new Error('ENOSPC: no space left'))
    for (const text of ['one', 'two', 'three']) {
      emulator.message(ALICE, text)
      await pause(60)
    }
    await until(() => bench.offered.length === 3, 'the messages')
    expect(events(bench.lines).filter((event) => event === 'position-not-saved')).toHaveLength(1)
    cursor.failWith(undefined)
    await until(() => cursor.saves() > 0, 'the position')
  })

  it('reports somebody who blocks the bot', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator })
    await until(emulator.polled, 'the poll')
    const chat = { id: ALICE, type: 'private' }
    emulator.push({ my_chat_member: { chat, date: 1, new_chat_member: { status: 'kicked' } } })
    await until(() => events(bench.lines).includes('telegram-bot-blocked'), 'the line')
    expect(bench.offered).toEqual([])
    for (const [, , fields] of bench.lines) {
      expect(fields).toMatchObject({ channel: 'telegram', account: 'default' })
    }
  })
})

describe('a platform that misbehaves', () => {
  it('is not asked in a hot loop when it forgets what is under way', async () => {
    const emulator = await emulate()
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const bench = runBench({ emulator, onMessage: () => held })
    const { updateId = 0 } = emulator.message(ALICE, 'hello')
    await until(() => bench.offered.length === 1, 'the message')
    await fetch(`${emulator.url}/bot${emulator.token}/getUpdates?offset=${updateId + 1}`)
    const before = emulator.calls.length
    await pause(500)
    expect(emulator.calls.length - before).toBeLessThan(15)
    release()
    emulator.message(ALICE, 'again')
    await until(() => bench.offered.length === 2, 'the next message')
  })

  it('is not asked in a hot loop when its long polls do not wait', async () => {
    const emulator = await emulate()
    const bench = runBench({ emulator, options: { timing: { pollMs: 0 } } })
    await until(() => bench.connection.status().state === 'connected', 'the connection')
    const before = emulator.calls.length
    await pause(500)
    expect(emulator.calls.length - before).toBeLessThan(15)
  })
})

describe('handlers that fail or are slow', () => {
  it('offers a message again and again, then gives it up with a line, while others are handled', async () => {
    const emulator = await emulate()
    const bench = runBench({
      emulator,
      onMessage: async ({ text }) => {
        if (text === 'poison') throw new Error(`cannot be handled by bot${emulator.token}`)
      },
      options: { timing: { backoffMs: 2, maxBackoffMs: 20 } },
    })
    emulator.message(ALICE, 'poison')
    emulator.message(ALICE, 'after')
    for (let n = 0; n < 10; n += 1) {
      emulator.message(BOB, `other ${n}`)
      await pause(20)
    }
    await until(() => texts(bench.offered).includes('after'), 'the message after it')
    const lost = bench.lines.filter(([, event]) => event === 'message-lost')
    expect(lost).toMatchObject([['error', 'message-lost', { sender: String(ALICE) }]])
    expect(texts(bench.offered).filter((text) => text === 'poison').length).toBeGreaterThan(5)
    expect(JSON.stringify(bench.lines)).not.toContain(emulator.token.split(':')[1])
  })

  it('keeps every message while nothing at all can be handled', async () => {
    const emulator = await emulate()
    const store = { broken: true }
    const bench = runBench({
      emulator,
      onMessage: async () => {
        if (store.broken) throw new Error('ENOSPC')
      },
      options: { timing: { backoffMs: 1, maxBackoffMs: 4 } },
    })
    for (const text of ['one', 'two']) emulator.message(ALICE, text)
    emulator.message(BOB, 'three')
    await until(() => bench.offered.length > 60, 'many tries')
    expect(events(bench.lines)).not.toContain('message-lost')
    expect(emulator.pending()).toHaveLength(3)
    store.broken = false
    const tried = bench.offered.length
    await until(() => emulator.pending().length === 0, 'the end of the fault')
    const after = texts(bench.offered.slice(tried))
    expect(after.filter((text) => text === 'two')).toHaveLength(1)
    expect(after.indexOf('one')).toBeLessThan(after.indexOf('two'))
  })

  it('lets other chats pass a handler that hangs while more arrives than one poll holds', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const hang = ({ replyTo }: { replyTo: string }) =>
      replyTo === String(ALICE) ? new Promise<void>(() => {}) : Promise.resolve()
    const bench = runBench({ emulator, cursor, onMessage: hang })
    const { messageId } = emulator.message(ALICE, 'hangs')
    for (let n = 0; n < 350; n += 1) emulator.message(500_000 + n, `other ${n}`)
    await until(() => bench.offered.length === 351, 'everybody else')
    expect(cursor.last()).toMatchObject({ passed: `${ALICE}:${messageId}` })
    const next = runBench({ emulator, cursor: memoryCursor(cursor.last()) })
    await until(() => events(next.lines).includes('message-interrupted'), 'the line')
    const [line] = next.lines.filter(([, event]) => event === 'message-interrupted')
    expect(line).toMatchObject([
      'error',
      'message-interrupted',
      { message: `${ALICE}:${messageId}` },
    ])
  })

  it('leaves the position to the next run when a handler ends after the stop', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const first = runBench({ emulator, cursor, onMessage: () => held })
    emulator.message(ALICE, 'slow')
    await until(() => first.offered.length === 1, 'the message')
    await first.stop()
    const second = runBench({ emulator, cursor })
    const { updateId } = emulator.message(BOB, 'later')
    await until(() => second.offered.length === 2, 'both messages')
    await second.stop()
    release()
    await pause(200)
    expect(cursor.last()).toMatchObject({ lastUpdateId: updateId })
  })

  it('runs no more than 32 handlers at once', async () => {
    const emulator = await emulate()
    const running = { now: 0, most: 0 }
    const bench = runBench({
      emulator,
      onMessage: async () => {
        running.now += 1
        running.most = Math.max(running.most, running.now)
        await pause(5)
        running.now -= 1
      },
    })
    for (let n = 0; n < 150; n += 1) emulator.message(600_000 + n, 'hello')
    await until(() => bench.offered.length === 150, 'all')
    expect(running.most).toBe(32)
  })
})
