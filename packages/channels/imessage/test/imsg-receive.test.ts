import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { imsgChatOf, imsgNumberOf } from '@openclaw-pairing/emulators'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Bench,
  closeAll,
  emulate,
  events,
  memoryCursor,
  pause,
  runBench,
  texts,
  until,
} from './imsg-bench.ts'

afterEach(closeAll)

/** A process of that id runs. */
function runs(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

const HOUR_MS = 60 * 60 * 1_000
const at = (ms: number): string => new Date(Date.now() - ms).toISOString()

const whys = (ignored: Bench['ignored']): string[] =>
  ignored.map((each) => (each.kind === 'group' ? 'a group' : each.why))

describe('what is received through imsg', () => {
  it('goes on where it was, however the child ends', async () => {
    const emulator = await emulate()
    const { offered, connection, lines } = runBench({ cliPath: emulator.cliPath })
    await until(() => emulator.subscriptions() === 1, 'the subscription')
    for (const [index, end] of [
      emulator.kill,
      () => emulator.exit(0),
      () => emulator.exit(3),
    ].entries()) {
      end()
      await until(() => emulator.children().length === 0, 'the end')
      emulator.message(1, `message ${String(index)}`)
      await until(() => offered.length === index + 1, 'the message')
    }
    expect(texts(offered)).toEqual(['message 0', 'message 1', 'message 2'])
    expect(connection.status().state).toBe('connected')
    expect(events(lines).filter((event) => event === 'imsg-lost')).toHaveLength(3)
    const since = emulator.calls.map(({ params }) => params['since_rowid'])
    expect(since.filter((row) => row !== undefined)).toEqual([-1, -1, 1, 2])
  })

  it('says how long a message had waited, and leaves out history', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const first = runBench({ cliPath: emulator.cliPath, cursor })
    await until(() => emulator.subscriptions() === 1, 'the subscription')
    emulator.message(1, 'fresh')
    await until(() => first.offered.length === 1, 'the fresh one')
    expect(first.offered[0]?.heldMs).toBeUndefined()
    emulator.message(1, 'years old', { created_at: at(400 * 24 * HOUR_MS) })
    emulator.message(1, 'before we were', { created_at: at(HOUR_MS) })
    emulator.message(1, 'now')
    await until(() => texts(first.offered).includes('now'), 'the last one')
    expect(texts(first.offered)).toEqual(['fresh', 'now'])
    expect(whys(first.ignored)).toEqual(['history', 'written before this account was set up'])
    await first.stop()
    const saved = JSON.parse(String(cursor.last()?.['mark'])) as object
    await cursor.save({ ...cursor.last(), mark: JSON.stringify({ ...saved, since: 1 }) })
    emulator.message(1, 'meanwhile', { created_at: at(HOUR_MS) })
    const second = runBench({ cliPath: emulator.cliPath, cursor })
    await until(() => second.offered.length === 1, 'what came meanwhile')
    emulator.message(1, 'late', { created_at: at(HOUR_MS) })
    await until(() => second.offered.length === 2, 'what the Mac got late')
    for (const { heldMs = 0 } of second.offered) expect(heldMs).toBeGreaterThan(HOUR_MS - 60_000)
  })

  it('begins anew in another database, and knows what it had by its id', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const first = runBench({ cliPath: emulator.cliPath, cursor })
    await until(() => emulator.subscriptions() === 1, 'the subscription')
    for (const text of ['one', 'two', 'three']) emulator.message(1, text)
    await until(() => first.offered.length === 3, 'three messages')
    await first.stop()
    const known = first.offered[2]?.messageKey.split(':').at(-1)
    emulator.replaceDatabase()
    emulator.message(1, 'three', { guid: known })
    emulator.message(1, 'four')
    const second = runBench({ cliPath: emulator.cliPath, cursor })
    await until(() => second.offered.length === 1, 'the new one')
    await pause(50)
    expect(texts(second.offered)).toEqual(['four'])
    expect(events(second.lines)).toContain('imsg-database-replaced')
    emulator.message(1, 'five')
    await until(() => second.offered.length === 2, 'what comes after')
  })

  it('is not forgotten by a crash in the first moment', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const options = { timing: { saveMs: 60_000 } }
    runBench({ cliPath: emulator.cliPath, cursor, options })
    await until(() => emulator.subscriptions() === 1, 'the subscription')
    // As if the process had ended here: what it has saved is all there is.
    const crashed = memoryCursor()
    await crashed.save({ ...cursor.last() })
    emulator.message(1, 'hello')
    const { offered } = runBench({ cliPath: emulator.cliPath, cursor: crashed })
    await until(() => offered.length === 1, 'the message')
  })

  it('notices another database while it runs', async () => {
    const emulator = await emulate()
    const options = { timing: { beatMs: 50 } }
    const { offered, lines } = runBench({ cliPath: emulator.cliPath, options })
    await until(() => emulator.subscriptions() === 1, 'the subscription')
    for (const text of ['one', 'two']) emulator.message(1, text)
    await until(() => offered.length === 2, 'the messages')
    emulator.replaceDatabase()
    await until(() => events(lines).includes('imsg-database-replaced'), 'the notice')
    emulator.message(1, 'three')
    await until(() => offered.length === 3, 'the message after')
  })

  it('goes on after the cursor of a newer imsg, whose previews have rows of their own', async () => {
    const emulator = await emulate()
    const cursor = memoryCursor()
    const first = runBench({ cliPath: emulator.cliPath, cursor })
    await until(() => emulator.subscriptions() === 1, 'the subscription')
    emulator.message(1, 'https://example.com', { cursor: 2 })
    await until(() => first.offered.length === 1, 'the message')
    await first.stop()
    const second = runBench({ cliPath: emulator.cliPath, cursor })
    await until(() => emulator.subscriptions() === 1, 'the next subscription')
    expect(emulator.calls.at(-1)?.params).toMatchObject({ since_rowid: 2 })
    expect(events(second.lines)).not.toContain('imsg-database-replaced')
  })

  it('is read whatever else stands in the lines, and however they are cut', async () => {
    const emulator = await emulate()
    emulator.chop(7)
    const { offered, lines } = runBench({ cliPath: emulator.cliPath })
    await until(() => emulator.subscriptions() === 1, 'the subscription')
    emulator.write(
      'Welcome to this Mac\n{"jsonrpc":"2.0"\n[1]\n{"jsonrpc":"2.0","id":999,"result":{}}\n',
    )
    emulator.write('{"method":"message"}\n{"method":"message","params":{"message":7}}\n')
    emulator.write('{"method":"other","params":{}}\n{"id":null,"error":{}}\n')
    emulator.chop(0)
    emulator.write(
      `{"jsonrpc":"2.0","method":"message","params":"${'x'.repeat(2 * 1024 * 1024)}"}\n`,
    )
    emulator.message(1, 'ünï😀')
    await until(() => offered.length === 1, 'the message')
    expect(texts(offered)).toEqual(['ünï😀'])
    const said = events(lines)
    expect(said.filter((event) => event === 'imsg-line-strange')).toHaveLength(3)
    expect(said.filter((event) => event === 'imsg-line-too-long')).toHaveLength(1)
  })

  it('is a flood without a gap: what has no room comes again', async () => {
    const emulator = await emulate()
    const busy = { ms: 20 }
    const { offered } = runBench({ cliPath: emulator.cliPath, onMessage: () => pause(busy.ms) })
    await until(() => emulator.subscriptions() === 1, 'the subscription')
    for (let who = 0; who < 1_000; who += 1) emulator.message(who, 'hello')
    await until(() => offered.length === 1_000, 'all of them')
    expect(new Set(offered.map(({ senderId }) => senderId)).size).toBe(1_000)
    emulator.overflow()
    await until(() => emulator.subscriptions() === 1, 'the next subscription')
    emulator.message(1, 'after')
    await until(() => texts(offered).includes('after'), 'the message after')
    expect(offered).toHaveLength(1_001)
  })

  it('is not what we sent, when that comes back as if somebody wrote it', async () => {
    const emulator = await emulate()
    const { offered, ignored, connection } = runBench({ cliPath: emulator.cliPath })
    await until(() => connection.status().state === 'connected', 'the connection')
    const sent = await connection.send({ to: imsgChatOf(1), text: 'Your code: ABCD2345' })
    expect(sent).toMatchObject({ outcome: 'sent', messageId: emulator.sent[0]?.guid })
    emulator.message(1, 'Your code: ABCD2345 ')
    emulator.message(2, 'other words', { guid: emulator.sent[0]?.guid })
    emulator.message(2, 'Your code: ABCD2345')
    await until(() => offered.length === 1, 'the message')
    expect(offered[0]?.senderId).toBe(imsgNumberOf(2))
    const echoes = Array(2).fill('the echo of what we sent')
    expect(whys(ignored)).toEqual(['our own message', ...echoes])
  })
})

describe('the child', () => {
  it('is started anew after two requests without an answer', async () => {
    const emulator = await emulate()
    const options = { timing: { beatMs: 50, callMs: 100 } }
    const { connection, offered, lines } = runBench({ cliPath: emulator.cliPath, options })
    await until(() => connection.status().state === 'connected', 'the connection')
    const [child] = emulator.children()
    emulator.freeze()
    await until(() => events(lines).includes('imsg-lost'), 'the loss')
    expect(connection.status().lastError).toContain('does not answer')
    emulator.thaw()
    emulator.message(1, 'hello')
    await until(() => offered.length === 1, 'the message')
    expect(runs(child?.pid)).toBe(false)
    expect(emulator.children()).toHaveLength(1)
  })

  it('is gone after a stop, even when it hears nothing', async () => {
    const emulator = await emulate()
    emulator.deafen()
    const { connection, stop } = runBench({ cliPath: emulator.cliPath })
    await until(() => connection.status().state === 'connected', 'the connection')
    const [child] = emulator.children()
    expect(runs(child?.pid)).toBe(true)
    const begun = performance.now()
    await stop()
    expect(performance.now() - begun).toBeLessThan(5_000)
    expect(runs(child?.pid)).toBe(false)
  })

  it('says things that reach the log without who people are, and not for ever', async () => {
    const emulator = await emulate()
    const { lines, connection } = runBench({ cliPath: emulator.cliPath })
    await until(() => connection.status().state === 'connected', 'the connection')
    emulator.complain('could not find +1 (555) 123-4567 or alice@example.com\n')
    for (let n = 0; n < 100; n += 1) emulator.complain(`again ${String(n)}\n`)
    await until(() => lines.length >= 20, 'the lines')
    await pause(100)
    const said = lines.filter(([, event]) => event === 'imsg-says')
    expect(said).toHaveLength(20)
    expect(said[0]?.[2]).toMatchObject({ text: 'could not find <secret> or <secret>' })
  })

  it('that ends at once again and again is left more and more time', async () => {
    const emulator = await emulate()
    emulator.pause()
    const { connection, lines } = runBench({ cliPath: emulator.cliPath })
    await until(() => emulator.started.length >= 4, 'four starts')
    expect(connection.status()).toMatchObject({
      state: 'waiting',
      lastError: 'imsg ended with 1: imsg: cannot start',
    })
    const lost = lines.filter(([, event]) => event === 'imsg-lost')
    expect(lost[0]?.[0]).toBe('warn')
    expect(lost.slice(1).every(([level]) => level === 'debug')).toBe(true)
    emulator.resume()
    await until(() => connection.status().state === 'connected', 'the connection')
  })
})

describe('a child that cannot be started', () => {
  it.each([
    ['a path without end', { cliPath: `/tmp/${'x'.repeat(5_000)}` }],
    ['no path', { cliPath: '/tmp/a\u0000b' }],
    ['too much of an environment', { cliPath: '/bin/cat', env: { HOME: 'x'.repeat(200_000) } }],
  ])('by %s is tried again, and says why', async (_, options) => {
    const { connection, stop } = runBench({ options })
    await until(() => connection.status().lastError !== undefined, 'the reason')
    expect(connection.status()).toMatchObject({
      state: 'waiting',
      lastError: expect.stringMatching(/^imsg cannot be started: E[A-Z\d_]+$/),
    })
    await stop()
  })

  it('for its path goes through a file is missing', async () => {
    const { ended } = runBench({ cliPath: '/etc/passwd/imsg' })
    await expect(ended).rejects.toMatchObject({ code: 'ERR_IMSG_NOT_FOUND' })
  })
})

it('a child that leaves another one running keeps no pipe of ours open', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'imsg-left-'))
  const cliPath = join(dir, 'imsg')
  await writeFile(cliPath, '#!/bin/sh\nsleep 30 &\nexit 1\n', { mode: 0o755 })
  const pipes = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'PipeWrap').length
  const before = pipes()
  const { connection, stop } = runBench({ cliPath })
  await until(() => connection.status().lastError !== undefined, 'the end')
  await pause(1_000)
  await stop()
  await until(() => pipes() <= before, 'the pipes to be closed')
  await rm(dir, { recursive: true })
})

describe('an account that can never work says why', () => {
  it('imsg is not there', async () => {
    const { ended, connection } = runBench({ cliPath: '/nowhere/imsg' })
    await expect(ended).rejects.toMatchObject({ code: 'ERR_IMSG_NOT_FOUND' })
    const { state, lastError } = connection.status()
    expect(state).toBe('failed')
    expect(lastError).toContain('brew install steipete/tap/imsg')
    expect(lastError).toContain('channels.imessage.cliPath')
    expect(lastError).not.toContain('\n')
    const sent = await connection.send({ to: '+15551234567', text: 'hello' })
    expect(sent).toMatchObject({ outcome: 'failed' })
  })

  it('macOS does not let it read', async () => {
    const emulator = await emulate()
    emulator.deny('full-disk-access')
    const { ended, connection } = runBench({ cliPath: emulator.cliPath })
    await expect(ended).rejects.toMatchObject({
      code: 'ERR_IMSG_PERMISSION_MISSING',
      permission: 'full-disk-access',
    })
    expect(connection.status().lastError).toContain(
      'System Settings > Privacy & Security > Full Disk Access',
    )
    expect(emulator.children()).toEqual([])
  })

  it('it is too old, or something else', async () => {
    const emulator = await emulate()
    const effect = { kind: 'error', code: -32_601, message: 'Method not found' } as const
    emulator.fault({ method: '*', effect })
    const { ended } = runBench({ cliPath: emulator.cliPath })
    await expect(ended).rejects.toMatchObject({ code: 'ERR_IMSG_TOO_OLD' })
  })

  it('the other Mac has no imsg, while one that cannot be reached is tried again', async () => {
    const emulator = await emulate()
    const path = { PATH: `${emulator.folder}:${process.env['PATH'] ?? ''}` }
    emulator.fault({ method: '*', effect: { kind: 'exit', code: 255, when: 'before' }, times: 1 })
    const { ended, connection, lines } = runBench({ options: { remoteHost: 'me@mac', env: path } })
    await until(() => connection.status().state === 'connected', 'the connection')
    expect(emulator.children()).toMatchObject([{ name: 'ssh' }])
    expect(emulator.children()[0]?.args.slice(-3)).toEqual(['me@mac', 'imsg', 'rpc'])
    expect(JSON.stringify(lines)).toContain('ssh to me@mac fails')
    emulator.exit(127)
    await expect(ended).rejects.toMatchObject({
      code: 'ERR_IMSG_NOT_FOUND',
      hint: expect.stringContaining('/opt/homebrew/bin/imsg'),
    })
  })
})
