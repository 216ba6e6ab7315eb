import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startCli } from './documents-cli.ts'
import { allowed, revoked } from './documents-family.ts'
import { bundleProcess, startProcess } from './documents-process.ts'
import { ALLOW, allow, held, history, type Stores, stores } from './documents-stores.ts'

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

let place: Stores
beforeEach(() => {
  place = stores()
})
afterEach(() => place.remove())

describe('several processes', () => {
  it('lose nothing: four of ours and one of 2026.2 at the same file', async () => {
    const own = ['a', 'b', 'c', 'd'].map((name) =>
      startProcess(bundle, {
        root: place.root,
        mode: 'write',
        allow: Array.from({ length: 12 }, (_, n) => `telegram/default/${name}${String(n)}`),
        pauseMs: 5,
      }),
    )
    await Promise.race(
      own.map(({ child }) => new Promise((resolve) => child.stdout?.once('data', resolve))),
    )
    mkdirSync(place.at('credentials'), { recursive: true, mode: 0o700 })
    const foreign = startCli('add', place.at(ALLOW), '5000', '20')
    const ended = new Promise((resolve) => foreign.once('exit', resolve))
    const reports = await Promise.all(own.map(({ report }) => report))
    expect(reports.map((report) => report?.errors)).toEqual([[], [], [], []])
    expect(await ended).toBe(0)
    const store = await place.open()
    const expected = [
      ...['a', 'b', 'c', 'd'].flatMap((name) =>
        Array.from({ length: 12 }, (_, n) => `${name}${String(n)}`),
      ),
      ...Array.from({ length: 20 }, (_, n) => String(5000 + n)),
    ].sort()
    expect([...held(store)].sort()).toEqual(expected)
    expect([...place.ids()].sort()).toEqual(expected)
    expect(store.view(revoked).entries('')).toEqual([])
  })

  it('keep what was acknowledged, and take nothing of their own for a change from outside, through kill -9', async () => {
    const rounds = Number(process.env['OPENCLAW_TEST_KILLS'] ?? 5)
    const acknowledged: string[] = []
    for (let round = 0; round < rounds; round += 1) {
      const worker = startProcess(bundle, {
        root: place.root,
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
    const store = await place.open()
    const known = new Set(
      store
        .view(allowed)
        .entries('')
        .map(({ key }) => key),
    )
    expect(acknowledged.filter((key) => !known.has(key))).toEqual([])
    expect(new Set(place.ids())).toEqual(new Set(held(store)))
    expect((await history(store)).filter(({ action }) => action !== 'test.allow')).toEqual([])
    expect(store.health().documents).toEqual([])
    expect(
      readdirSync(place.at('credentials')).filter((name) => !name.endsWith('.pairing-tmp')),
    ).toEqual(['telegram-allowFrom.json'])
  })
})

describe.runIf(asRoot)('as another user', () => {
  const give = (path: string): void => {
    chownSync(path, NOBODY, NOBODY)
    if (statSync(path).isDirectory()) for (const name of readdirSync(path)) give(join(path, name))
  }
  const task = (mode: 'read' | 'write', ...allow: string[]) => ({
    root: place.root,
    mode,
    allow,
    pauseMs: 0,
  })

  beforeEach(async () => {
    const store = await place.open()
    await allow(store, '1')
    await store.close()
    give(place.root)
  })

  it('a directory that may not be written still tells the truth, hand edits included', async () => {
    place.putList('1', '2')
    give(place.root)
    for (const folder of ['credentials', 'pairing-journal', '.']) chmodSync(place.at(folder), 0o500)
    const listing = place.tree()
    const report = await startProcess(bundle, task('read'), NOBODY).report
    expect(report).toEqual({
      allowed: ['telegram/default/1', 'telegram/default/2'],
      findings: [],
      errors: [],
    })
    expect(place.tree()).toEqual(listing)
  })

  it('a folder of files that may not be written is reported; the journal has the change', async () => {
    chmodSync(place.at('credentials'), 0o500)
    chmodSync(place.at(ALLOW), 0o400)
    // the product tightens what is too open, but does not take rights that somebody took away on purpose
    const report = await startProcess(bundle, task('write', 'telegram/default/2'), NOBODY).report
    expect(report).toEqual({
      allowed: ['telegram/default/1', 'telegram/default/2'],
      findings: ['ERR_DOCUMENT_UNWRITABLE'],
      errors: [],
    })
    expect(place.ids()).toEqual(['1'])
    chmodSync(place.at('credentials'), 0o700)
    const store = await place.open()
    expect(held(store)).toEqual(['1', '2'])
    expect(place.ids()).toEqual(['1', '2'])
  })

  it('a file that may not be read is neither taken for empty nor overwritten', async () => {
    const before = place.read(ALLOW)
    chmodSync(place.at(ALLOW), 0o000)
    const report = await startProcess(bundle, task('write', 'telegram/default/2'), NOBODY).report
    expect(report).toEqual({
      allowed: ['telegram/default/1', 'telegram/default/2'],
      findings: ['ERR_DOCUMENT_UNREADABLE'],
      errors: [],
    })
    expect(place.read(ALLOW)).toBe(before)
  })

  it('a file of another owner is refused', async () => {
    place.putList('1', '666')
    chownSync(place.at(ALLOW), 0, 0)
    chmodSync(place.at(ALLOW), 0o644)
    const report = await startProcess(bundle, task('read'), NOBODY).report
    expect(report).toEqual({
      allowed: ['telegram/default/1'],
      findings: ['ERR_DOCUMENT_OWNER'],
      errors: [],
    })
  })

  it('what root writes stays usable for the owner of the directory', async () => {
    const store = await place.open()
    await allow(store, '2')
    await store.close()
    expect(statSync(place.at(ALLOW)).uid).toBe(NOBODY)
    const report = await startProcess(bundle, task('write', 'telegram/default/3'), NOBODY).report
    expect(report).toMatchObject({ findings: [], errors: [] })
    expect(place.ids()).toEqual(['1', '2', '3'])
  })
})
