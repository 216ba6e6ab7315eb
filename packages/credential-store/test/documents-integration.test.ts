import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from './documents-cli.ts'
import { allowed, requests, revoked } from './documents-family.ts'
import { placeFixture } from './documents-fixtures.ts'
import {
  ALLOW,
  ASK,
  allow,
  eventually,
  held,
  history,
  type Stores,
  stores,
  transact,
} from './documents-stores.ts'

let shared: string
beforeAll(() => {
  shared = mkdtempSync(join(tmpdir(), 'documents-elsewhere-'))
})
afterAll(() => rmSync(shared, { recursive: true, force: true }))

let place: Stores
beforeEach(() => {
  place = stores()
})
afterEach(() => place.remove())

describe('an open file store', () => {
  it('writes a change soon, without being asked', async () => {
    const store = await place.open()
    await allow(store, '1')
    await eventually(() => place.says(ALLOW, '"1"'))
  })

  it('writes a change before it closes', async () => {
    const store = await place.open()
    await allow(store, '1')
    await store.close()
    expect(place.ids()).toEqual(['1'])
  })

  it('notices a hand edit soon, and says so in the journal', async () => {
    const store = await place.open()
    await allow(store, '1', '2')
    await eventually(() => place.says(ALLOW, '"2"'))
    place.putList('2', '3')
    await eventually(() => held(store).join() === '2,3')
    await eventually(async () => (await history(store)).length === 2)
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
    const store = await place.open()
    await allow(store, '1', '2')
    await store.close()
    const again = await place.open()
    await new Promise((resolve) => setTimeout(resolve, 250))
    place.putList('2')
    await new Promise((resolve) => setTimeout(resolve, 250))
    const seen = await again.transact(
      { scope: 'test' as never, actor: { kind: 'root', user: 'test' }, action: 'test.look' },
      async (tx) => (await tx.list(allowed, 'telegram/default/')).length,
    )
    expect(seen).toBe(1)
  })

  it('notices an approval by the command line of OpenClaw 2026.2', async () => {
    const store = await place.open()
    await transact(store, (tx) => tx.put(requests, 'telegram/default/7', { code: 'L77SDRQT' }))
    await eventually(() => place.says(ASK, 'L77SDRQT'))
    expect(await runCli('approve', place.at('credentials'), 'telegram', 'L77SDRQT')).toBe(0)
    await eventually(() => held(store).includes('7'))
    await eventually(() => store.view(requests).entries('').length === 0)
    await eventually(async () => (await history(store)).length === 3)
    expect(JSON.parse(place.read(ASK))).toEqual({ version: 1, requests: [] })
    expect(place.ids()).toEqual(['7'])
    expect((await history(store)).slice(1).map(({ action }) => action)).toEqual([
      'outside.change',
      'outside.change',
    ])
  })

  it('rebuilds a damaged and a missing file', async () => {
    const store = await place.open()
    await allow(store, '1')
    await transact(store, (tx) => tx.put(requests, 'telegram/default/7', { code: 'L77SDRQT' }))
    await eventually(() => place.says(ALLOW, '"1"') && place.says(ASK, 'L77SDRQT'))
    writeFileSync(place.at(ALLOW), '{"version":1,"al')
    unlinkSync(place.at(ASK))
    await eventually(() => place.says(ALLOW, '"1"') && place.says(ASK, 'L77SDRQT'))
    expect(place.ids()).toEqual(['1'])
    expect(JSON.parse(place.read(ASK))).toMatchObject({ requests: [{ id: '7' }] })
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
    placeFixture('2-one-approved', place.root)
    const before = place.read(ALLOW)
    writeFileSync(place.at(ALLOW), before.slice(0, -5))
    const listing = place.tree()
    await expect(place.open()).rejects.toMatchObject({ code: 'ERR_STORE_TAKE_OVER_STOPPED' })
    await expect(place.open('read')).rejects.toMatchObject({ code: 'ERR_STORE_TAKE_OVER_STOPPED' })
    expect(place.tree()).toEqual(listing)
    writeFileSync(place.at(ALLOW), before)
    const looking = await place.open('read')
    expect(held(looking)).toEqual(['1000001'])
    expect(place.tree()).toEqual(listing)
    const store = await place.open()
    expect(held(store)).toEqual(['1000001'])
    expect((await history(store)).map(({ action }) => action)).toEqual(['store.take-over'])
    expect(place.read(ALLOW)).toBe(before)
  })

  it('keeps out by default whom the owner revoked, when an older file comes back', async () => {
    const store = await place.open()
    await allow(store, '1', '2')
    await store.close()
    const backup = place.read(ALLOW)
    const again = await place.open()
    await transact(again, (tx) => {
      tx.remove(allowed, 'telegram/default/2')
      tx.put(revoked, 'telegram/default/2', {})
    })
    await again.close()
    writeFileSync(place.at(ALLOW), backup)
    const last = await place.open()
    expect(held(last)).toEqual(['1'])
    expect(place.ids()).toEqual(['1'])
    expect(last.health().documents).toMatchObject([{ code: 'ERR_DOCUMENT_REFUSED' }])
  })
})

describe('a folder that was put elsewhere', () => {
  it('is made with everything above it, and nothing is left in the state directory', async () => {
    const elsewhere = join(shared, 'not/there/yet')
    const store = await place.open('write', elsewhere)
    await allow(store, '1')
    await store.close()
    expect(readdirSync(elsewhere)).toEqual(['telegram-allowFrom.json'])
    expect(statSync(join(shared, 'not')).mode & 0o777).toBe(0o700)
    expect(readdirSync(place.root)).toEqual(['pairing-journal'])
  })

  it('may be a link, and a hand edit behind it is noticed', async () => {
    const elsewhere = join(shared, 'link')
    mkdirSync(join(shared, 'behind'), { mode: 0o700 })
    symlinkSync(join(shared, 'behind'), elsewhere)
    const store = await place.open('write', elsewhere)
    await allow(store, '1')
    await eventually(() => readdirSync(elsewhere).includes('telegram-allowFrom.json'))
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    writeFileSync(join(shared, 'behind/signal-allowFrom.json'), '{"version":1,"allowFrom":["9"]}')
    await eventually(() => store.view(allowed).has('signal/default/9'))
    expect(store.health().documents).toEqual([])
  })
})
