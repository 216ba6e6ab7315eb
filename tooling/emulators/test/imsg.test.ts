import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type ImsgEmulator,
  type ImsgMessage,
  imsgChatOf,
  imsgNumberOf,
  startImsgEmulator,
} from '../src/index.ts'

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function emulate(): Promise<ImsgEmulator> {
  const emulator = await startImsgEmulator()
  open.push(emulator.close)
  return emulator
}

type Json = Readonly<Record<string, unknown>>

/** Starts the executable as a client does; the lines that it writes. */
function startChild(path: string, args: readonly string[] = ['rpc']) {
  const child = spawn(path, args)
  open.unshift(() => child.kill('SIGKILL'))
  const said = { out: '', err: '' }
  child.stdin.on('error', () => {})
  child.stdout.setEncoding('utf8').on('data', (part: string) => (said.out += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said.err += part))
  let id = 0
  const ask = async (method: string, params: object = {}): Promise<Json> => {
    id += 1
    const own = id
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: own, method, params })}\n`)
    return until(() => linesOf(said.out).find((line) => line['id'] === own))
  }
  const told = (): readonly ImsgMessage[] =>
    linesOf(said.out).flatMap(({ method, params }) =>
      method === 'message' ? [(params as { readonly message: ImsgMessage }).message] : [],
    )
  return { child, said, ask, told }
}

const linesOf = (text: string): readonly Json[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Json)

const until = <T>(find: () => T | undefined): Promise<T> =>
  vi.waitFor(
    () => {
      const found = find()
      if (found === undefined) throw new Error('not yet')
      return found
    },
    { timeout: 10_000, interval: 5 },
  )

const ended = async (child: ChildProcess): Promise<unknown> =>
  child.exitCode ?? child.signalCode ?? (await once(child, 'exit')).find((each) => each !== null)

describe('imsg rpc', () => {
  it('tells of what comes after a row, of everything after -1, and of what comes next after 0', async () => {
    const emulator = await emulate()
    for (const text of ['one', 'two']) emulator.message(1, text)
    const { ask, told } = startChild(emulator.cliPath)
    expect(await ask('watch.subscribe', { since_rowid: 1 })).toMatchObject({
      result: { subscription: 1 },
    })
    await until(() => told()[0])
    expect(told()).toMatchObject([
      {
        ...{ id: 2, text: 'two', sender: imsgNumberOf(1), is_from_me: false, is_group: false },
        ...{ chat_guid: imsgChatOf(1), guid: expect.any(String), created_at: expect.any(String) },
      },
    ])
    for (const since of [-1, 0]) {
      const other = startChild(emulator.cliPath)
      await other.ask('watch.subscribe', since === 0 ? {} : { since_rowid: since })
      await other.ask('chats.list')
      expect(other.told()).toHaveLength(since === 0 ? 0 : 2)
    }
    emulator.group('iMessage;+;chat1', 2, 'three')
    const third = await until(() => told()[1])
    expect(third).toMatchObject({ is_group: true, chat_guid: 'iMessage;+;chat1' })
  })

  it('sends to one target, tells of its own row, and knows its chats and their newest', async () => {
    const emulator = await emulate()
    const { ask, told } = startChild(emulator.cliPath)
    await ask('watch.subscribe')
    const to = imsgNumberOf(1)
    expect(await ask('send', { to, text: 'hello', service: 'auto', region: 'US' })).toMatchObject({
      result: { ok: true, id: 1, guid: emulator.sent[0]?.guid },
    })
    expect(await ask('send', { chat_id: 1, text: 'again' })).toMatchObject({ result: { id: 2 } })
    expect(emulator.sent).toMatchObject([
      { to, text: 'hello' },
      { chatGuid: imsgChatOf(1), text: 'again' },
    ])
    await until(() => told()[1])
    expect(told()).toMatchObject([{ is_from_me: true }, { is_from_me: true }])
    expect(await ask('chats.list', { limit: 1 })).toMatchObject({
      result: { chats: [{ id: 1, guid: imsgChatOf(1) }] },
    })
    expect(await ask('messages.history', { chat_id: 1, limit: 1 })).toMatchObject({
      result: { messages: [{ id: 2, text: 'again' }] },
    })
  })

  it('refuses what imsg refuses', async () => {
    const emulator = await emulate()
    const { ask } = startChild(emulator.cliPath)
    const text = 'hello'
    expect(await ask('nothing')).toMatchObject({ error: { code: -32_601 } })
    for (const params of [{ text }, { text, to: '+1', chat_id: 1 }, { to: '+1' }, { chatId: 1 }])
      expect(await ask('send', params)).toMatchObject({ error: { code: -32_602 } })
    emulator.unregister('+15551111111')
    expect(await ask('send', { to: '+15551111111', text })).toMatchObject({
      error: { code: -32_603 },
    })
    emulator.deny('automation')
    expect(await ask('send', { to: '+15551111112', text })).toMatchObject({
      error: { code: -32_603, message: expect.stringContaining('-1743') },
    })
    emulator.deny('full-disk-access')
    expect(await ask('watch.subscribe')).toMatchObject({
      error: { code: -32_603, message: expect.stringContaining('Full Disk Access') },
    })
    expect(emulator.sent).toEqual([])
  })

  it('ends with 0 when its input does, with the code it is told, and not at all when it is deaf', async () => {
    const emulator = await emulate()
    const first = startChild(emulator.cliPath)
    await until(() => emulator.children()[0])
    first.child.stdin.end()
    expect(await ended(first.child)).toBe(0)
    const second = startChild(emulator.cliPath)
    await until(() => emulator.children()[0])
    emulator.exit(7)
    expect(await ended(second.child)).toBe(7)
    emulator.deafen()
    const third = startChild(emulator.cliPath)
    await until(() => emulator.children()[0])
    third.child.stdin.end()
    third.child.kill('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(emulator.children()).toHaveLength(1)
    emulator.kill()
    expect(await ended(third.child)).toBe('SIGKILL')
    emulator.pause()
    const fourth = startChild(emulator.cliPath)
    expect(await ended(fourth.child)).toBe(1)
    expect(fourth.said.err).not.toBe('')
    await emulator.close()
    await expect(access(emulator.cliPath)).rejects.toThrow()
  })

  it('says how it was started, as imsg or as ssh', async () => {
    const emulator = await emulate()
    startChild(join(emulator.folder, 'ssh'), ['-T', 'mac', 'imsg rpc'])
    const child = await until(() => emulator.children()[0])
    expect(child).toMatchObject({ name: 'ssh', args: ['-T', 'mac', 'imsg rpc'] })
    expect(child.env).toContain('PATH')
    expect(emulator.started).toHaveLength(1)
  })

  it('goes wrong as it is told: late, never, in pieces, with other text, in the middle', async () => {
    const emulator = await emulate()
    const { ask, told, said, child } = startChild(emulator.cliPath)
    emulator.chop(3)
    await ask('watch.subscribe')
    emulator.write('no JSON\n')
    emulator.complain('a warning\n')
    emulator.message(1, 'ünï😀')
    await until(() => told()[0])
    expect(told()).toMatchObject([{ text: 'ünï😀' }])
    expect(said.out).toContain('no JSON\n')
    await until(() => said.err || undefined)
    emulator.chop(0)
    emulator.fault({ method: 'chats.list', effect: { kind: 'slow', ms: 100 }, times: 1 })
    const begun = performance.now()
    await ask('chats.list')
    expect(performance.now() - begun).toBeGreaterThan(90)
    emulator.overflow()
    await until(() => (said.out.includes('watch.overflow') ? true : undefined))
    expect(emulator.subscriptions()).toBe(0)
    emulator.fault({ method: 'send', effect: { kind: 'exit', code: 3, when: 'after' } })
    void ask('send', { to: '+15551111111', text: 'hi' }).catch(() => {})
    expect(await ended(child)).toBe(3)
    expect(emulator.sent).toHaveLength(1)
  })

  it('begins at row 1 in another database', async () => {
    const emulator = await emulate()
    for (const text of ['one', 'two']) emulator.message(1, text)
    emulator.replaceDatabase()
    expect(emulator.message(1, 'three')).toMatchObject({ id: 1 })
    const first = emulator.message(2, 'four')
    emulator.redeliver(first['guid'])
    const { ask, told } = startChild(emulator.cliPath)
    await ask('watch.subscribe', { since_rowid: 2 })
    await until(() => told()[0])
    expect(told()).toMatchObject([{ id: 3, guid: first['guid'] }])
  })
})
