import { once } from 'node:events'
import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import type { EpochMs, JsonObject } from '@openclaw/pairing-contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { holdLock, runCli, startCli } from './documents-cli.ts'
import { allowed, requests } from './documents-family.ts'
import { ask, type World, world } from './documents-world.ts'

const ALLOW = 'credentials/telegram-allowFrom.json'
const ASK = 'credentials/telegram-pairing.json'
const list = (...ids: string[]): JsonObject => ({ version: 1, allowFrom: ids })

describe('the lock files of OpenClaw 2026.2', () => {
  let place: World
  beforeEach(async () => {
    place = world()
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/1')
    await sync.flush()
  })
  afterEach(() => place.remove())

  it('waits for a living holder', async () => {
    const sync = place.sync()
    await sync.open()
    const holder = await holdLock(place.path(ALLOW), 300)
    await place.allow('telegram/default/2')
    const flushed = sync.flush()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(place.json(ALLOW)).toEqual(list('1'))
    await flushed
    expect(place.json(ALLOW)).toEqual(list('1', '2'))
    expect(sync.findings()).toEqual([])
    if (holder.exitCode === null) await once(holder, 'exit')
    expect(existsSync(place.path(`${ALLOW}.lock`))).toBe(false)
  })

  it('gives up after a bounded time, reports it, and writes later', async () => {
    const sync = place.sync()
    await sync.open()
    const holder = await holdLock(place.path(ALLOW), 60_000)
    await place.allow('telegram/default/2')
    const begun = Date.now()
    await sync.flush()
    expect(Date.now() - begun).toBeGreaterThan(1_500)
    expect(Date.now() - begun).toBeLessThan(4_000)
    expect(sync.stale()).toBe(true)
    expect(sync.findings()).toMatchObject([
      { code: 'ERR_DOCUMENT_LOCKED', file: place.path(ALLOW) },
    ])
    expect(place.json(ALLOW)).toEqual(list('1'))
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    await sync.flush()
    expect(place.json(ALLOW)).toEqual(list('1', '2'))
    expect(sync.findings()).toEqual([])
    expect(existsSync(place.path(`${ALLOW}.lock`))).toBe(false)
  })

  it.each([
    [
      'of a dead process',
      JSON.stringify({ pid: 2 ** 22 + 7, createdAt: new Date().toISOString() }),
      0,
    ],
    [
      'of this very process, left by an earlier life',
      JSON.stringify({ pid: process.pid, createdAt: new Date().toISOString() }),
      0,
    ],
    [
      'that says it is older than 30 s',
      JSON.stringify({ pid: 1, createdAt: new Date(Date.now() - 31_000).toISOString() }),
      0,
    ],
    ['with a number as its time', JSON.stringify({ pid: 1, createdAt: Date.now() - 31_000 }), 0],
    ['that is older than 30 s by its file', '', 31],
  ])('removes a lock file %s', async (_what, content, ageSeconds) => {
    const lock = place.path(`${ALLOW}.lock`)
    writeFileSync(lock, content)
    const then = Date.now() / 1000 - ageSeconds
    utimesSync(lock, then, then)
    const sync = place.sync()
    await sync.open()
    await place.allow('telegram/default/2')
    await sync.flush()
    expect(place.json(ALLOW)).toEqual(list('1', '2'))
    expect(existsSync(lock)).toBe(false)
  })

  it('does not take a lock file that was only just made for left over', async () => {
    const lock = place.path(`${ALLOW}.lock`)
    writeFileSync(lock, '')
    const sync = place.sync({ sleep: async () => undefined })
    await sync.open()
    await place.allow('telegram/default/2')
    await sync.flush()
    expect(existsSync(lock)).toBe(true)
    expect(sync.stale()).toBe(true)
  })

  it('removes no lock file but its own when it was taken away meanwhile', async () => {
    const lock = place.path(`${ALLOW}.lock`)
    const theirs = JSON.stringify({ pid: process.ppid, createdAt: new Date().toISOString() })
    const sync = place.sync({
      process: { pid: process.pid, uid: process.getuid?.(), isAlive: () => true },
      // drawn while the lock is held: the moment another program takes it away
      random: (length) => {
        if (existsSync(lock)) writeFileSync(lock, theirs)
        return new Uint8Array(length).fill(7)
      },
      sleep: async () => undefined,
    })
    await sync.open()
    await place.allow('telegram/default/2')
    await sync.flush()
    expect(place.read(`${ALLOW}.lock`)).toBe(theirs)
    expect(place.json(ALLOW)).toEqual(list('1'))
    expect(place.list().filter((name) => name.endsWith('.pairing-tmp'))).toEqual([])
  })

  it('holds the lock file while it writes, in the words of that program', async () => {
    const seen: unknown[] = []
    const syncDirectory = async (path: string): Promise<void> => {
      if (existsSync(place.path(`${ALLOW}.lock`))) seen.push(place.json(`${ALLOW}.lock`))
      await place.files.syncDirectory(path)
    }
    const sync = place.sync({ files: { ...place.files, syncDirectory } })
    await sync.open()
    await place.allow('telegram/default/2')
    await sync.flush()
    const createdAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect(seen.length).toBeGreaterThan(0)
    for (const holder of seen) expect(holder).toEqual({ pid: process.pid, createdAt })
  })

  it('sees an approval that is under way as one deed', async () => {
    // on a busy machine the other program may take longer than our patience, so time stands still
    const begun = Date.now()
    const sync = place.sync({ clock: { now: () => begun as EpochMs } })
    await sync.open()
    await ask(place, 'telegram/default/7', 'L77SDRQT')
    await sync.flush()
    const cli = startCli('approve', place.path('credentials'), 'telegram', 'L77SDRQT', '150')
    let exited = false
    cli.on('exit', () => {
      exited = true
    })
    while (!exited) {
      await sync.poll()
      const waiting = place.keys(requests).length
      const let_in = place.keys(allowed).includes('telegram/default/7')
      if (waiting === 0) expect(let_in).toBe(true)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    expect(cli.exitCode).toBe(0)
    await sync.poll()
    expect(place.keys(requests)).toEqual([])
    expect(place.keys(allowed)).toContain('telegram/default/7')
  })

  it('loses nothing between us and a program that writes all the time under its lock', async () => {
    const sync = place.sync()
    await sync.open()
    const others = startCli('add', place.path(ALLOW), '5000', '60')
    let exited = false
    others.on('exit', () => {
      exited = true
    })
    let own = 2
    while (!exited) {
      await place.allow(`telegram/default/${String(own)}`)
      own += 1
      await sync.flush()
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
    expect(others.exitCode).toBe(0)
    await sync.poll()
    await sync.flush()
    const expected = [
      ...Array.from({ length: own - 1 }, (_, n) => String(n + 1)),
      ...Array.from({ length: 60 }, (_, n) => String(5000 + n)),
    ].sort()
    const { allowFrom } = place.json(ALLOW) as { allowFrom: string[] }
    expect([...allowFrom].sort()).toEqual(expected)
    expect(
      place
        .keys(allowed)
        .map((key) => key.slice(17))
        .sort(),
    ).toEqual(expected)
    expect(place.list()).toEqual(['telegram-allowFrom.json'])
  })

  it('lets the other program approve while we write the same files', async () => {
    const sync = place.sync()
    await sync.open()
    for (const n of [1, 2, 3])
      await ask(place, `telegram/default/9${String(n)}`, `CODE${String(n)}`)
    await sync.flush()
    const codes = await Promise.all([
      ...['CODE1', 'CODE2', 'CODE3'].map((code) =>
        runCli('approve', place.path('credentials'), 'telegram', code),
      ),
      (async () => {
        for (let n = 10; n < 40; n += 1) {
          await place.allow(`telegram/default/${String(n)}`)
          await sync.flush()
        }
        return 0
      })(),
    ])
    expect(codes).toEqual([0, 0, 0, 0])
    await sync.poll()
    await sync.flush()
    expect(place.keys(requests)).toEqual([])
    expect(place.keys(allowed)).toHaveLength(34)
    expect((place.json(ALLOW) as { allowFrom: string[] }).allowFrom).toHaveLength(34)
    expect(place.json(ASK)).toEqual({ version: 1, requests: [] })
  })
})
