import { planTransfer, transferStore } from '@openclaw/credential-store/transfer'
import { afterEach, expect, it } from 'vitest'
import { errorOf, numbers, put } from './support-store.ts'
import {
  type Cleanups,
  contentOf,
  database,
  files,
  fill,
  filledFiles,
  folder,
  mover,
  openFiles,
} from './support-transfer.ts'

const cleanups: Cleanups = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const moved = { code: 'ERR_STORE_MOVED' }

it('brings everything from files to a database', async () => {
  const root = folder(cleanups)
  const before = await filledFiles(root)
  expect(before.entries[0]?.seq).toBeGreaterThan(1)
  const { transfer: to, open } = await database(cleanups)
  const from = files(root)
  expect(await transferStore({ from, to }, mover)).toMatchObject({
    step: 'move',
    taken: { entries: before.entries.length },
  })
  const store = await open()
  const after = await contentOf(store)
  expect({ ...after, entries: after.entries.slice(0, -1) }).toEqual(before)
  expect(after.entries.at(-1)).toMatchObject({ action: 'store.take', detail: { from: root } })
  await put(store, 'after', 1)
  expect(await store.verify()).toMatchObject({ ok: true, findings: [] })
  expect(await errorOf(openFiles(root))).toMatchObject({ ...moved, to: to.where })
  expect(to.where).not.toContain('@')
  expect(await transferStore({ from, to }, mover)).toEqual({ step: 'nothing' })
})

it('brings it back into the same directory, and into the same database again', async () => {
  const root = folder(cleanups)
  await filledFiles(root)
  const { transfer, open } = await database(cleanups)
  const [from, to] = [files(root), transfer]
  await transferStore({ from, to }, mover)
  const there = await open()
  await there.transact({ scope: 'x' as never, actor: mover.actor, action: 'test.remove' }, (tx) =>
    tx.remove(numbers, 'first'),
  )
  const before = await contentOf(there)

  expect(await transferStore({ from: to, to: from }, mover)).toMatchObject({ step: 'move' })
  const back = await openFiles(root)
  const after = await contentOf(back)
  expect({ ...after, entries: after.entries.slice(0, -1) }).toEqual(before)
  expect(await back.verify()).toMatchObject({ ok: true, findings: [] })
  await put(back, 'after', 6)
  await back.close()
  expect(await errorOf(put(there, 'late', 1))).toMatchObject(moved)
  await expect.poll(() => there.health().state, { timeout: 10_000 }).toBe('damaged')
  expect(() => there.view(numbers).get('k1')).toThrow(expect.objectContaining(moved))
  expect(await errorOf(open())).toMatchObject(moved)

  expect(await planTransfer({ from, to })).toMatchObject({ step: 'move', replaces: true })
  await transferStore({ from, to }, mover)
  const again = await open()
  expect(again.view(numbers).get('after')).toBe(6)
  expect(await again.verify()).toMatchObject({ ok: true, findings: [] })
  // whoever had it open before must not go on with what it knows
  await expect
    .poll(() => there.health().error?.code, { timeout: 10_000 })
    .toBe('ERR_STORE_REPLACED')
})

it('moves from one database to another', async () => {
  const [one, other] = [await database(cleanups), await database(cleanups)]
  const store = await one.open()
  await fill(store, 20)
  const before = await contentOf(store)
  await store.close()
  await transferStore({ from: one.transfer, to: other.transfer }, mover)
  const after = await other.open()
  const content = await contentOf(after)
  expect({ ...content, entries: content.entries.slice(0, -1) }).toEqual(before)
  expect(await after.verify()).toMatchObject({ ok: true, findings: [] })
  await one.transfer.reopen()
  const reopened = await one.open()
  expect(await contentOf(reopened)).toEqual(before)
})

it('makes nothing in a dry run, not even tables', async () => {
  const root = folder(cleanups)
  await filledFiles(root)
  const { transfer: to, sql, schema } = await database(cleanups)
  expect(await planTransfer({ from: files(root), to })).toMatchObject({ step: 'move' })
  const found = await sql('SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', [schema])
  expect(found).toEqual([])
  expect((await files(root).look()).mark).toBeUndefined()
})

it('refuses a database with something else in it, and one that a gateway uses', async () => {
  const root = folder(cleanups)
  await filledFiles(root)
  const from = files(root)
  const { transfer: to, open } = await database(cleanups)
  const store = await open()
  await put(store, 'mine', 1)
  const before = await contentOf(store)
  expect(await errorOf(transferStore({ from, to }, mover))).toMatchObject({
    code: 'ERR_STORE_TRANSFER_TARGET',
  })
  const lease = await store.leases.take('telegram/default', new AbortController().signal)
  expect(lease).toBeDefined()
  const back = transferStore({ from: to, to: files(folder(cleanups)) }, mover)
  expect(await errorOf(back)).toMatchObject({
    code: 'ERR_STORE_TRANSFER_IN_USE',
    message: expect.stringContaining('telegram/default'),
  })
  expect(await contentOf(store)).toEqual(before)
  const unused = await openFiles(root)
  await unused.close()
})

it('refuses a journal that is damaged, and a store that changes meanwhile', async () => {
  const { transfer: from, open, sql } = await database(cleanups)
  const store = await open()
  await fill(store, 5)
  const to = files(folder(cleanups))
  const slow: typeof from = {
    ...from,
    withImage: (wish, use) =>
      from.withImage(wish, async (image) => {
        await put(store, 'meanwhile', 1)
        return use(image)
      }),
  }
  expect(await errorOf(transferStore({ from: slow, to }, mover))).toMatchObject({
    code: 'ERR_STORE_TRANSFER_CHANGED',
  })
  await put(store, 'goes on', 1)
  await sql(`UPDATE $s.records SET value = '7' WHERE key = 'k1'`)
  expect(await errorOf(transferStore({ from, to }, mover))).toMatchObject({
    code: 'ERR_STORE_TRANSFER_DAMAGED',
  })
  expect((await to.look()).state).toBe('empty')
})

it('lets one of two moves into the same database through', async () => {
  const { transfer, open } = await database(cleanups)
  const roots = [folder(cleanups), folder(cleanups)]
  for (const root of roots) await filledFiles(root)
  const done = await Promise.allSettled(
    roots.map((root) => transferStore({ from: files(root), to: transfer }, mover)),
  )
  expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await (await open()).verify()).toMatchObject({ ok: true })
  const marks = await Promise.all(roots.map(async (root) => (await files(root).look()).mark))
  expect(marks.filter((mark) => mark !== undefined)).toHaveLength(1)
})
