import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalEntry, Seq } from '@openclaw/pairing-contracts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FileStore } from '../src/index.ts'
import { nodeFileStore } from '../src/node.ts'
import { runCli, startCli } from './documents-cli.ts'
import { allowed, families, requests, revoked } from './documents-family.ts'
import { placeFixture } from './documents-fixtures.ts'
import { bundleProcess, startProcess } from './documents-process.ts'
import { realClock } from './documents-world.ts'

const ALLOW = 'credentials/telegram-allowFrom.json'
const ASK = 'credentials/telegram-pairing.json'
const NOBODY = 65534
const asRoot = process.getuid?.() === 0

let shared: string
let bundle: string
beforeAll(async () => {
  shared = mkdtempSync(join(tmpdir(), 'documents-bundle-'))
  chmodSync(shared, 0o755)
  bundle = await bundleProcess(shared)
})
afterAll(() => rmSync(shared, { recursive: true, force: true }))

let root: string
const opened: FileStore[] = []
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'documents-store-'))
})
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
  rmSync(root, { recursive: true, force: true })
})

const open = async (mode: 'read' | 'write' = 'write'): Promise<FileStore> => {
  const store = await nodeFileStore({ root, mode, families, clock: realClock })
  opened.push(store)
  return store
}
const at = (name: string): string => join(root, name)
const read = (name: string): string => readFileSync(at(name), 'utf8')
const ids = (): readonly string[] => (JSON.parse(read(ALLOW)) as { allowFrom: string[] }).allowFrom
const says = (name: string, text: string): boolean => {
  try {
    return read(name).includes(text)
  } catch {
    return false
  }
}
const putList = (...list: string[]): void => {
  mkdirSync(at('credentials'), { recursive: true, mode: 0o700 })
  writeFileSync(at(ALLOW), JSON.stringify({ version: 1, allowFrom: list }), { mode: 0o600 })
}
const transact = (store: FileStore, work: Parameters<FileStore['transact']>[1]): Promise<unknown> =>
  store.transact(
    { scope: 'test' as never, actor: { kind: 'root', user: 'test' }, action: 'test.change' },
    work,
  )
const allow = (store: FileStore, ...list: string[]): Promise<unknown> =>
  transact(store, (tx) => {
    for (const id of list) tx.put(allowed, `telegram/default/${id}`, { by: 'owner' })
  })
const held = (store: FileStore): readonly string[] =>
  store
    .view(allowed)
    .entries('telegram/default/')
    .map(({ key }) => key.slice(17))
const history = (store: FileStore): Promise<readonly JournalEntry[]> =>
  store.history(0 as Seq, 100_000)
const within = async (ms: number, check: () => boolean | Promise<boolean>): Promise<void> => {
  const until = Date.now() + ms
  while (!(await check()) && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(await check()).toBe(true)
}

describe('an open file store', () => {
  it('writes a change within a second, without being asked', async () => {
    const store = await open()
    await allow(store, '1')
    await within(1_000, () => says(ALLOW, '"1"'))
  })

  it('writes a change before it closes', async () => {
    const store = await open()
    await allow(store, '1')
    await store.close()
    expect(ids()).toEqual(['1'])
  })

  it('notices a hand edit within a second, and says so in the journal', async () => {
    const store = await open()
    await allow(store, '1', '2')
    await within(1_000, () => says(ALLOW, '"2"'))
    putList('2', '3')
    await within(1_000, () => held(store).join() === '2,3')
    await within(1_000, async () => (await history(store)).length === 2)
    const last = (await history(store)).at(-1)
    expect(last).toMatchObject({
      action: 'outside.change',
      actor: { kind: 'system', part: 'outside change' },
      detail: { outside: true, documents: [ALLOW] },
    })
    expect(last?.changes).toContainEqual({
      collection: allowed.name,
      key: 'telegram/default/3',
      value: { by: 'outside' },
    })
  })

  it('honours a revocation by hand in the very next transaction', async () => {
    const store = await open()
    await allow(store, '1', '2')
    await store.close()
    const again = await open()
    await new Promise((resolve) => setTimeout(resolve, 250))
    putList('2')
    await new Promise((resolve) => setTimeout(resolve, 250))
    const seen = await again.transact(
      { scope: 'test' as never, actor: { kind: 'root', user: 'test' }, action: 'test.look' },
      async (tx) => (await tx.list(allowed, 'telegram/default/')).length,
    )
    expect(seen).toBe(1)
  })

  it('notices an approval by the command line of OpenClaw 2026.2', async () => {
    const store = await open()
    await transact(store, (tx) => tx.put(requests, 'telegram/default/7', { code: 'L77SDRQT' }))
    await within(1_000, () => says(ASK, 'L77SDRQT'))
    expect(await runCli('approve', at('credentials'), 'telegram', 'L77SDRQT')).toBe(0)
    await within(1_000, () => held(store).includes('7'))
    await within(1_000, () => store.view(requests).entries('').length === 0)
    await within(1_000, async () => (await history(store)).length === 3)
    expect(JSON.parse(read(ASK))).toEqual({ version: 1, requests: [] })
    expect(ids()).toEqual(['7'])
    expect((await history(store)).slice(1).map(({ action }) => action)).toEqual([
      'outside.change',
      'outside.change',
    ])
  })

  it('rebuilds a damaged and a missing file', async () => {
    const store = await open()
    await allow(store, '1')
    await transact(store, (tx) => tx.put(requests, 'telegram/default/7', { code: 'L77SDRQT' }))
    await within(1_000, () => says(ALLOW, '"1"') && says(ASK, 'L77SDRQT'))
    writeFileSync(at(ALLOW), '{"version":1,"al')
    unlinkSync(at(ASK))
    await within(2_000, () => says(ALLOW, '"1"') && says(ASK, 'L77SDRQT'))
    expect(ids()).toEqual(['1'])
    expect(JSON.parse(read(ASK))).toMatchObject({ requests: [{ id: '7' }] })
    expect(held(store)).toEqual(['1'])
    expect(
      store
        .health()
        .documents.map(({ code }) => code)
        .sort(),
    ).toEqual(['ERR_DOCUMENT_DAMAGED', 'ERR_DOCUMENT_MISSING'])
    const report = await store.verify()
    expect(report).toMatchObject({ ok: true, documents: [{ state: 'same' }, { state: 'same' }] })
  })

  it('takes a directory of 2026.2 over, and is refused by a damaged one', async () => {
    placeFixture('2-one-approved', root)
    const before = read(ALLOW)
    writeFileSync(at(ALLOW), before.slice(0, -5))
    const listing = readdirSync(root, { recursive: true })
    await expect(open()).rejects.toMatchObject({ code: 'ERR_STORE_TAKE_OVER_STOPPED' })
    await expect(open('read')).rejects.toMatchObject({ code: 'ERR_STORE_TAKE_OVER_STOPPED' })
    expect(readdirSync(root, { recursive: true })).toEqual(listing)
    writeFileSync(at(ALLOW), before)
    const looking = await open('read')
    expect(held(looking)).toEqual(['1000001'])
    expect(readdirSync(root, { recursive: true })).toEqual(listing)
    const store = await open()
    expect(held(store)).toEqual(['1000001'])
    expect((await history(store)).map(({ action }) => action)).toEqual(['store.take-over'])
    expect(read(ALLOW)).toBe(before)
  })

  it('keeps out by default whom the owner revoked, when an older file comes back', async () => {
    const store = await open()
    await allow(store, '1', '2')
    await store.close()
    const backup = read(ALLOW)
    const again = await open()
    await transact(again, (tx) => {
      tx.remove(allowed, 'telegram/default/2')
      tx.put(revoked, 'telegram/default/2', {})
    })
    await again.close()
    writeFileSync(at(ALLOW), backup)
    const last = await open()
    expect(held(last)).toEqual(['1'])
    expect(ids()).toEqual(['1'])
    expect(last.health().documents).toMatchObject([{ code: 'ERR_DOCUMENT_REFUSED' }])
  })
})

describe('a folder that was put elsewhere', () => {
  const openAt = async (place: string): Promise<FileStore> => {
    const folders = { credentials: place }
    const store = await nodeFileStore({ root, folders, mode: 'write', families, clock: realClock })
    opened.push(store)
    return store
  }

  it('is made with everything above it, and nothing is left in the state directory', async () => {
    const place = join(shared, 'not/there/yet')
    const store = await openAt(place)
    await allow(store, '1')
    await store.close()
    expect(readdirSync(place)).toEqual(['telegram-allowFrom.json'])
    expect(statSync(join(shared, 'not')).mode & 0o777).toBe(0o700)
    expect(readdirSync(root)).toEqual(['pairing-journal'])
  })

  it('may be a link, and a hand edit behind it is noticed', async () => {
    const place = join(shared, 'link')
    mkdirSync(join(shared, 'behind'), { mode: 0o700 })
    symlinkSync(join(shared, 'behind'), place)
    const store = await openAt(place)
    await allow(store, '1')
    await within(1_000, () => readdirSync(place).includes('telegram-allowFrom.json'))
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    writeFileSync(join(shared, 'behind/signal-allowFrom.json'), '{"version":1,"allowFrom":["9"]}')
    await within(1_000, () => store.view(allowed).has('signal/default/9'))
    expect(store.health().documents).toEqual([])
  })
})

describe('several processes', () => {
  it('lose nothing: four of ours, one of 2026.2 and a hand at the same file', async () => {
    const own = ['a', 'b', 'c', 'd'].map((name) =>
      startProcess(bundle, {
        root,
        mode: 'write',
        allow: Array.from({ length: 12 }, (_, n) => `telegram/default/${name}${String(n)}`),
        pauseMs: 5,
      }),
    )
    await Promise.race(
      own.map(({ child }) => new Promise((resolve) => child.stdout?.once('data', resolve))),
    )
    mkdirSync(at('credentials'), { recursive: true, mode: 0o700 })
    const foreign = startCli('add', at(ALLOW), '5000', '20')
    const ended = new Promise((resolve) => foreign.once('exit', resolve))
    const reports = await Promise.all(own.map(({ report }) => report))
    expect(reports.map((report) => report?.errors)).toEqual([[], [], [], []])
    expect(await ended).toBe(0)
    const store = await open()
    const expected = [
      ...['a', 'b', 'c', 'd'].flatMap((name) =>
        Array.from({ length: 12 }, (_, n) => `${name}${String(n)}`),
      ),
      ...Array.from({ length: 20 }, (_, n) => String(5000 + n)),
    ].sort()
    expect([...held(store)].sort()).toEqual(expected)
    expect([...ids()].sort()).toEqual(expected)
    expect(store.view(revoked).entries('')).toEqual([])
  })

  it('keep what was acknowledged, and take nothing of their own for a change from outside, through kill -9', async () => {
    const rounds = Number(process.env['OPENCLAW_TEST_KILLS'] ?? 5)
    const acknowledged: string[] = []
    for (let round = 0; round < rounds; round += 1) {
      const worker = startProcess(bundle, {
        root,
        mode: 'write',
        allow: Array.from(
          { length: 500 },
          (_, n) => `telegram/default/${String(round)}x${String(n)}`,
        ),
        pauseMs: 0,
      })
      await new Promise((resolve) => worker.child.stdout?.once('data', resolve))
      await new Promise((resolve) => setTimeout(resolve, 150 + ((round * 37) % 150)))
      worker.child.kill('SIGKILL')
      await worker.report
      acknowledged.push(...worker.acknowledged())
    }
    const store = await open()
    const known = new Set(
      store
        .view(allowed)
        .entries('')
        .map(({ key }) => key),
    )
    expect(acknowledged.filter((key) => !known.has(key))).toEqual([])
    expect(new Set(ids())).toEqual(new Set(held(store)))
    expect((await history(store)).filter(({ action }) => action !== 'test.allow')).toEqual([])
    expect(store.health().documents).toEqual([])
    expect(readdirSync(at('credentials')).filter((name) => !name.endsWith('.pairing-tmp'))).toEqual(
      ['telegram-allowFrom.json'],
    )
  })
})

describe.runIf(asRoot)('as another user', () => {
  const give = (path: string): void => {
    chownSync(path, NOBODY, NOBODY)
    if (statSync(path).isDirectory()) for (const name of readdirSync(path)) give(join(path, name))
  }
  const task = (mode: 'read' | 'write', ...allow: string[]) => ({ root, mode, allow, pauseMs: 0 })

  beforeEach(async () => {
    const store = await open()
    await allow(store, '1')
    await store.close()
    give(root)
  })

  it('a directory that may not be written still tells the truth, hand edits included', async () => {
    putList('1', '2')
    give(root)
    for (const folder of ['credentials', 'pairing-journal', '.']) chmodSync(at(folder), 0o500)
    const listing = readdirSync(root, { recursive: true })
    const report = await startProcess(bundle, task('read'), NOBODY).report
    expect(report).toEqual({
      allowed: ['telegram/default/1', 'telegram/default/2'],
      findings: [],
      errors: [],
    })
    expect(readdirSync(root, { recursive: true })).toEqual(listing)
  })

  it('a folder of files that may not be written is reported; the journal has the change', async () => {
    chmodSync(at('credentials'), 0o500)
    chmodSync(at(ALLOW), 0o400)
    // the product tightens what is too open, but does not take rights that somebody took away on purpose
    const report = await startProcess(bundle, task('write', 'telegram/default/2'), NOBODY).report
    expect(report).toEqual({
      allowed: ['telegram/default/1', 'telegram/default/2'],
      findings: ['ERR_DOCUMENT_UNWRITABLE'],
      errors: [],
    })
    expect(ids()).toEqual(['1'])
    chmodSync(at('credentials'), 0o700)
    const store = await open()
    expect(held(store)).toEqual(['1', '2'])
    expect(ids()).toEqual(['1', '2'])
  })

  it('a file that may not be read is neither taken for empty nor overwritten', async () => {
    const before = read(ALLOW)
    chmodSync(at(ALLOW), 0o000)
    const report = await startProcess(bundle, task('write', 'telegram/default/2'), NOBODY).report
    expect(report).toEqual({
      allowed: ['telegram/default/1', 'telegram/default/2'],
      findings: ['ERR_DOCUMENT_UNREADABLE'],
      errors: [],
    })
    expect(read(ALLOW)).toBe(before)
  })

  it('a file of another owner is refused', async () => {
    putList('1', '666')
    chownSync(at(ALLOW), 0, 0)
    chmodSync(at(ALLOW), 0o644)
    const report = await startProcess(bundle, task('read'), NOBODY).report
    expect(report).toEqual({
      allowed: ['telegram/default/1'],
      findings: ['ERR_DOCUMENT_OWNER'],
      errors: [],
    })
  })

  it('what root writes stays usable for the owner of the directory', async () => {
    const store = await open()
    await allow(store, '2')
    await store.close()
    expect(statSync(at(ALLOW)).uid).toBe(NOBODY)
    const report = await startProcess(bundle, task('write', 'telegram/default/3'), NOBODY).report
    expect(report).toMatchObject({ findings: [], errors: [] })
    expect(ids()).toEqual(['1', '2', '3'])
  })
})
