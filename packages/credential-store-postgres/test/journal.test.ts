import type { Seq } from '@openclaw/pairing-contracts'
import { expect, it } from 'vitest'
import { intent, numbers, onSchema, put, until } from './support-store.ts'

const seq = (n: number): Seq => n as Seq

const SWEEPING = { timing: { sweepEveryMs: 50 } }

it(
  'sweeps out what is too much, and what is left can still be checked',
  onSchema(async ({ open, sql }) => {
    const store = await open({ keep: { events: 10 }, ...SWEEPING })
    for (let n = 0; n < 40; n += 1) {
      const scope = `scope/${String(n % 3)}`
      await store.transact(intent('test.write', scope), (tx) =>
        tx.put(numbers, `k${String(n % 7)}`, n),
      )
    }
    const kept = async () => (await sql('SELECT seq FROM $s.events ORDER BY seq')).length
    for (let n = 0; n < 200 && (await kept()) > 10; n += 1)
      await new Promise((done) => setTimeout(done, 20))
    expect(await kept()).toBe(10)
    expect(await store.verify()).toMatchObject({
      ok: true,
      entries: 10,
      from: 31,
      to: 40,
      scopes: 3,
      records: 7,
    })
    const page = await store.history(seq(0), 100)
    expect(page[0]?.seq).toBe(31)
    const gap = { code: 'ERR_STORE_HISTORY_GAP', oldest: 31 }
    const follow = async (after: number): Promise<number> => {
      for await (const entry of store.changes(seq(after), new AbortController().signal))
        return entry.seq
      return 0
    }
    await expect(follow(29)).rejects.toMatchObject(gap)
    expect(await follow(30)).toBe(31)
    await put(store, 'more', 1)
    expect((await store.verify()).ok).toBe(true)
  }),
)

it(
  'sweeps out what is too old, but never the last entry',
  onSchema(async ({ open, sql }) => {
    const store = await open({ keep: { forMs: 1 }, ...SWEEPING })
    for (let n = 0; n < 5; n += 1) await put(store, 'n', n)
    for (let n = 0; n < 200; n += 1) {
      if ((await sql('SELECT seq FROM $s.events')).length === 1) break
      await new Promise((done) => setTimeout(done, 20))
    }
    expect(await sql('SELECT seq FROM $s.events')).toEqual([{ seq: '5' }])
    expect((await store.verify()).ok).toBe(true)
    expect((await open()).view(numbers).get('n')).toBe(4)
  }),
)

const damages: readonly (readonly [string, string, string])[] = [
  [
    'an entry that was rewritten',
    "UPDATE $s.events SET changes = replace(changes, '2', '3') WHERE seq = 2",
    'damaged-event',
  ],
  [
    'who did it',
    "UPDATE $s.events SET actor = replace(actor, 'tester', 'other') WHERE seq = 1",
    'damaged-event',
  ],
  ['when it was', 'UPDATE $s.events SET time = time - 1 WHERE seq = 1', 'damaged-event'],
  ['an entry that is gone', 'DELETE FROM $s.events WHERE seq = 2', 'missing-event'],
  ['a last entry that is gone', 'DELETE FROM $s.events WHERE seq = 4', 'missing-event'],
  [
    'an entry moved to another scope',
    "UPDATE $s.events SET scope = 'else' WHERE seq = 3",
    'broken-chain',
  ],
  [
    'a record that was changed',
    "UPDATE $s.records SET value = '9' WHERE key = 'b'",
    'changed-record',
  ],
  ['a record that is gone', "DELETE FROM $s.records WHERE key = 'b'", 'missing-record'],
  [
    'a record that was removed and is back',
    "INSERT INTO $s.records VALUES ('test.numbers', 'a', null, '1', 1)",
    'extra-record',
  ],
  [
    'a record that nobody wrote',
    "INSERT INTO $s.records VALUES ('test.numbers', 'z', null, '1', 1)",
    'extra-record',
  ],
]

it.each(damages)('finds %s', async (_name, text, what) => {
  await onSchema(async ({ open, sql }) => {
    const store = await open()
    await put(store, 'a', 1)
    await put(store, 'b', 2)
    await put(store, 'c', 3)
    await store.transact(intent(), (tx) => tx.remove(numbers, 'a'))
    const { head } = await store.verify()
    expect(await store.verify()).toMatchObject({ ok: true, entries: 4, records: 2, head })
    await sql(text)
    const { ok, findings } = await store.verify()
    expect(ok).toBe(false)
    expect(findings.map((finding) => finding.what)).toContain(what)
  })()
})

it(
  'tells a follower of other replicas what happened, in order, though it is slow',
  onSchema(async ({ open }) => {
    const [reader, writer] = [await open(), await open()]
    const controller = new AbortController()
    const seen: number[] = []
    const following = (async () => {
      for await (const entry of reader.changes(seq(0), controller.signal)) {
        seen.push(entry.seq)
        await new Promise((done) => setTimeout(done, 1))
      }
    })()
    for (let n = 0; n < 60; n += 1) await put(n % 2 === 0 ? writer : reader, 'n', n)
    await until(() => seen.length === 60)
    controller.abort()
    await following
    expect(seen).toEqual(Array.from({ length: 60 }, (_, n) => n + 1))
  }),
)
