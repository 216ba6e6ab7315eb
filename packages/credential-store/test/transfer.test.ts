import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EpochMs, Intent, Scope, Seq } from '@openclaw/pairing-contracts'
import { fixedClock } from '@openclaw/pairing-testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { FileStore } from '../src/index.ts'
import { nodeFileStore, nodePlanRepair, nodeRepairJournal, nodeStorePorts } from '../src/node.ts'
import {
  type FilesTransferOptions,
  filesTransfer,
  planTransfer,
  TransferChanged,
  type TransferStore,
  transferStore,
} from '../src/transfer.ts'
import { allowed, families } from './documents-family.ts'
import { all, errorOf, intent, numbers, put, tester, texts } from './support-store.ts'
import { tempRoot } from './support-temp.ts'

const clock = fixedClock()
const ports = nodeStorePorts(clock)
const move = { actor: tester, now: (): EpochMs => clock.now(), random: ports.random }
const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function folder(): string {
  const { root, remove } = tempRoot()
  cleanups.push(remove)
  return root
}

function endOf(root: string, options: Partial<FilesTransferOptions> = {}): TransferStore {
  return filesTransfer({ root, families, segmentBytes: 2_000, ...options }, ports)
}

async function open(root: string, mode: 'read' | 'write' = 'write'): Promise<FileStore> {
  const sizes = { segmentBytes: 2_000, keepBytes: 12_000 }
  const store = await nodeFileStore({ root, mode, clock, families, ...sizes })
  cleanups.push(() => store.close())
  return store
}

async function onStore<R>(root: string, work: (store: FileStore) => Promise<R>): Promise<R> {
  const store = await open(root)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

const allow: Intent = { scope: 'test' as Scope, actor: tester, action: 'test.allow' }

/** A store with a past: records that were changed and removed, over several segments, of which the first are gone. */
function fill(root: string): Promise<void> {
  return onStore(root, async (store) => {
    await put(store, 'first', 1)
    for (let n = 0; n < 60; n += 1) await put(store, `k${String(n % 17)}`, n)
    await store.transact(intent('test.remove'), (tx) => tx.remove(numbers, 'k3'))
    await store.transact(intent('test.odd'), (tx) => {
      tx.put(texts, 'odd\u{1F600}\u{e000}', '\u0000\ud800 ü "\n')
      tx.note({ why: 'because' })
    })
    await store.transact(allow, (tx) => {
      tx.put(allowed, 'telegram/default/1', {})
      tx.put(allowed, 'telegram/default/2', {})
    })
  })
}

const contentOf = (root: string) =>
  onStore(root, async (store) => ({
    numbers: all(store),
    texts: store.view(texts).entries(''),
    history: await store.history(0 as Seq, 1_000),
  }))

const listOf = (root: string): unknown =>
  JSON.parse(readFileSync(join(root, 'credentials/telegram-allowFrom.json'), 'utf8'))

describe('a store that is moved to another directory', () => {
  it('has everything there, and goes on', async () => {
    const [from, to] = [folder(), join(folder(), 'new/state')]
    await fill(from)
    const before = await contentOf(from)
    expect(before.history[0]?.seq).toBeGreaterThan(1)
    const outcome = await transferStore({ from: endOf(from), to: endOf(to) }, move)
    expect(outcome).toMatchObject({ step: 'move', taken: { entries: before.history.length } })
    const after = await contentOf(to)
    expect({ ...after, history: after.history.slice(0, -1) }).toEqual(before)
    expect(after.history.at(-1)).toMatchObject({ action: 'store.take', actor: tester })
    expect(listOf(to)).toMatchObject({ allowFrom: ['1', '2'] })
    await onStore(to, async (store) => {
      await put(store, 'after', 1)
      const report = await store.verify()
      expect(report).toMatchObject({ ok: true, findings: [] })
      expect(report.segments).toBeGreaterThan(2)
      expect(report.to).toBe((before.history.at(-1)?.seq ?? 0) + 2)
    })
    expect(readdirSync(join(to, 'pairing-journal')).join()).not.toContain('incoming')
  })

  it('has its whole journal there when it was whole', async () => {
    const [from, to] = [folder(), folder()]
    await onStore(from, (store) => put(store, 'a', 1))
    await transferStore({ from: endOf(from), to: endOf(to) }, move)
    expect(readdirSync(join(to, 'pairing-journal'))).toContain('00000001.jsonl')
    expect(await onStore(to, (store) => store.verify())).toMatchObject({ ok: true, from: 1, to: 2 })
  })

  it('is moved once', async () => {
    const [from, to] = [endOf(folder()), endOf(folder())]
    await fill(from.where)
    await transferStore({ from, to }, move)
    await onStore(to.where, (store) => put(store, 'after', 1))
    expect(await transferStore({ from, to }, move)).toEqual({ step: 'nothing' })
    const other = endOf(folder())
    expect(await errorOf(planTransfer({ from, to: other }))).toMatchObject({
      code: 'ERR_STORE_MOVED',
      to: to.where,
    })
  })

  it('comes back into its old place with what was decided since, whatever lies there', async () => {
    const [from, to] = [endOf(folder()), endOf(folder())]
    await fill(from.where)
    await transferStore({ from, to }, move)
    await onStore(to.where, (store) =>
      store.transact(allow, (tx) => tx.remove(allowed, 'telegram/default/1')),
    )
    expect(listOf(from.where)).toMatchObject({ allowFrom: ['1', '2'] })
    const before = await contentOf(to.where)
    expect(await planTransfer({ from: to, to: from })).toMatchObject({ replaces: true })
    await transferStore({ from: to, to: from }, move)
    const back = await contentOf(from.where)
    expect({ ...back, history: back.history.slice(0, -1) }).toEqual(before)
    expect(listOf(from.where)).toMatchObject({ allowFrom: ['2'] })
    const report = await onStore(from.where, (store) => store.verify())
    expect(report).toMatchObject({ ok: true, findings: [] })
    expect(await errorOf(open(to.where))).toMatchObject({ code: 'ERR_STORE_MOVED' })
  })

  it('leaves out what lies before a repair, and nothing else', async () => {
    const [from, to] = [folder(), folder()]
    await fill(from)
    const journal = join(from, 'pairing-journal')
    const last =
      readdirSync(journal)
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
        .at(-1) ?? ''
    const text = readFileSync(join(journal, last), 'utf8')
    writeFileSync(
      join(journal, last),
      text.replace('"action":"test.allow"', '"action":"test.ALLOW"'),
    )
    const damaged = await errorOf(transferStore({ from: endOf(from), to: endOf(to) }, move))
    expect(damaged).toMatchObject({ code: 'ERR_JOURNAL_DAMAGED' })
    await nodeRepairJournal({ root: from, clock, families })
    await onStore(from, (store) => put(store, 'after', 1))
    const { numbers: before } = await contentOf(from)
    expect(await transferStore({ from: endOf(from), to: endOf(to) }, move)).toMatchObject({
      taken: { entries: 1 },
    })
    expect((await contentOf(to)).numbers).toEqual(before)
    expect(await onStore(to, (store) => store.verify())).toMatchObject({ ok: true })
  })
})

describe('what was moved away', () => {
  it('lets nobody in any more, and takes nothing', async () => {
    const [from, to] = [folder(), folder()]
    await fill(from)
    const [writer, reader] = [await open(from), await open(from, 'read')]
    await transferStore({ from: endOf(from), to: endOf(to) }, move)
    const moved = { code: 'ERR_STORE_MOVED', to }
    expect(await errorOf(put(writer, 'late', 1))).toMatchObject(moved)
    for (const store of [writer, reader]) {
      await expect
        .poll(
          () =>
            errorOf(Promise.resolve().then(() => store.view(numbers).get('k1'))).catch(
              () => undefined,
            ),
          { timeout: 10_000 },
        )
        .toMatchObject(moved)
    }
    expect(await errorOf(open(from))).toMatchObject(moved)
    expect(await errorOf(open(from, 'read'))).toMatchObject(moved)
    const trusting = { root: from, mode: 'read', clock, trustVerified: true } as const
    expect(await errorOf(nodeFileStore(trusting))).toMatchObject(moved)
    expect(await errorOf(nodePlanRepair({ root: from, clock }))).toMatchObject(moved)
  })

  it('is in use again when that is asked for', async () => {
    const [from, to] = [endOf(folder()), endOf(folder())]
    await fill(from.where)
    const before = await contentOf(from.where)
    await transferStore({ from, to }, move)
    await from.reopen()
    expect(await contentOf(from.where)).toEqual(before)
    expect(await errorOf(transferStore({ from, to }, move))).toMatchObject({
      code: 'ERR_STORE_TRANSFER_TARGET',
    })
  })

  it('is refused when nobody can read where to', async () => {
    const from = folder()
    await fill(from)
    for (const text of ['', '{}', '{"kind":"away"', '[]']) {
      writeFileSync(join(from, 'pairing-journal/moved.json'), text)
      expect(await errorOf(open(from))).toMatchObject({ code: 'ERR_JOURNAL_UNREADABLE' })
    }
  })
})

describe('a move is refused', () => {
  const refused = async (from: TransferStore, to: TransferStore, code: string): Promise<void> => {
    const before = await to.look()
    expect(await errorOf(transferStore({ from, to }, move))).toMatchObject({ code })
    expect(await to.look()).toEqual(before)
    expect((await from.look()).mark).toBeUndefined()
  }

  it('where there is nothing', () =>
    refused(endOf(folder()), endOf(folder()), 'ERR_STORE_TRANSFER_NOTHING'))

  it('into another store, and into lists of OpenClaw 2026.2', async () => {
    const from = endOf(folder())
    await fill(from.where)
    const filled = endOf(folder())
    await fill(filled.where)
    await refused(from, filled, 'ERR_STORE_TRANSFER_TARGET')
    const lists = endOf(folder())
    mkdirSync(join(lists.where, 'credentials'))
    const list = join(lists.where, 'credentials/telegram-allowFrom.json')
    writeFileSync(list, '{"version":1,"allowFrom":["9"]}')
    await refused(from, lists, 'ERR_STORE_TRANSFER_TARGET')
    expect((await lists.look()).foreign).toEqual([list])
  })

  it('while either is in use', async () => {
    const from = folder()
    await fill(from)
    const users = async () => ['a gateway runs on it']
    await refused(endOf(from, { users }), endOf(folder()), 'ERR_STORE_TRANSFER_IN_USE')
    await refused(endOf(from), endOf(folder(), { users }), 'ERR_STORE_TRANSFER_IN_USE')
  })

  it('when the store changed while it was copied, and leaves it in use', async () => {
    const [from, to] = [endOf(folder()), endOf(folder())]
    await fill(from.where)
    const slow: TransferStore = {
      ...from,
      withImage: (wish, use) =>
        from.withImage(wish, async (image) => {
          await onStore(from.where, (store) => put(store, 'meanwhile', 1))
          return use(image)
        }),
    }
    await refused(slow, to, 'ERR_STORE_TRANSFER_CHANGED')
    expect((await to.look()).state).toBe('empty')
    expect((await contentOf(from.where)).numbers).toMatchObject({ meanwhile: 1 })
    expect(await transferStore({ from, to }, move)).toMatchObject({ step: 'move' })
  })

  it('when something else came to the target meanwhile', async () => {
    const [from, to] = [endOf(folder()), endOf(folder())]
    await fill(from.where)
    const busy: TransferStore = {
      ...from,
      withImage: (wish, use) =>
        from.withImage(wish, async (image) => {
          const items = image.items
          async function* held() {
            for await (const item of items) yield item
            await onStore(to.where, (store) => put(store, 'mine', 1))
          }
          return use({ ...image, items: held() })
        }),
    }
    expect(await errorOf(transferStore({ from: busy, to }, move))).toMatchObject({
      code: 'ERR_STORE_TRANSFER_CHANGED',
    })
    expect((await contentOf(to.where)).numbers).toEqual({ mine: 1 })
    expect((await from.look()).mark).toBeUndefined()
  })

  it('to a second place while it is being moved to a first', async () => {
    const [from, to] = [endOf(folder()), endOf(folder())]
    await fill(from.where)
    const cut: TransferStore = {
      ...from,
      leave: (mark, seq) => {
        if (mark.isDone) throw new Error('cut off')
        return from.leave(mark, seq)
      },
    }
    await expect(transferStore({ from: cut, to }, move)).rejects.toThrow('cut off')
    const second = endOf(folder())
    expect(await errorOf(planTransfer({ from, to: second }))).toMatchObject({
      code: 'ERR_STORE_MOVED',
    })
    expect(await errorOf(open(from.where))).toMatchObject({ code: 'ERR_STORE_MOVED' })
    expect(await transferStore({ from, to }, move)).toEqual({ step: 'finish' })
    expect(await transferStore({ from, to }, move)).toEqual({ step: 'nothing' })
  })
})

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give: () => give() }
}

describe('of two runs of the same move', () => {
  const moved = { code: 'ERR_STORE_MOVED' }

  it('one that gives up does not bring the source back while the other is at its last step', async () => {
    const [from, to] = [endOf(folder()), endOf(folder())]
    await fill(from.where)
    const [marked, awake] = [signal(), signal()]
    const asleep: TransferStore = {
      ...from,
      leave: async (mark, seq) => {
        await from.leave(mark, seq)
        marked.give()
        if (!mark.isDone) await awake.given
      },
    }
    const first = transferStore({ from: asleep, to }, move)
    await marked.given
    const hasty = endOf(to.where, { lockWaitMs: 50 })
    expect(await errorOf(transferStore({ from, to: hasty }, move))).toMatchObject({
      code: 'ERR_STORE_BUSY',
    })
    expect(await errorOf(open(from.where))).toMatchObject(moved)
    awake.give()
    expect(await first).toMatchObject({ step: 'move' })
    expect(await errorOf(open(from.where))).toMatchObject(moved)
  })

  it('one that fails at its last step takes back its own mark alone', async () => {
    const [from, to] = [endOf(folder()), endOf(folder())]
    await fill(from.where)
    const failing = (atLast: () => Promise<unknown>): TransferStore => ({
      ...to,
      take: (image, how) =>
        to.take(image, {
          ...how,
          settle: async () => {
            await how.settle()
            await atLast()
            throw new TransferChanged(to.where)
          },
        }),
    })
    const changed = { code: 'ERR_STORE_TRANSFER_CHANGED' }
    const own = transferStore({ from, to: failing(async () => undefined) }, move)
    expect(await errorOf(own)).toMatchObject(changed)
    expect((await from.look()).mark).toBeUndefined()
    const another = async (): Promise<void> => {
      const { mark, seq } = await from.look()
      if (mark?.kind === 'away') await from.leave({ ...mark, at: (mark.at + 1) as EpochMs }, seq)
    }
    expect(await errorOf(transferStore({ from, to: failing(another) }, move))).toMatchObject(
      changed,
    )
    expect(await errorOf(open(from.where))).toMatchObject(moved)
    expect(await transferStore({ from, to }, move)).toMatchObject({ step: 'move' })
  })
})
