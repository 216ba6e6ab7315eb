import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Seq } from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import { flood, happen, receiver, senders, state, status, store, tell } from './events-support.ts'
import { until } from './support.ts'

describe('events that cannot be sent', () => {
  const small = { segmentBytes: 2_000, keepBytes: 6_000 }

  it('for the journal is not kept so long, are told of once, with the range', async () => {
    const [here, to] = [state(), await receiver()]
    const before = await store(here, small)
    const first = await tell(here, to, { store: before })
    const known = await happen(before, 'dm.allow')
    await until(() => here.cursor().seq === known)
    await first.stop()
    for (let count = 0; count < 60; count += 1) await happen(before, 'dm.allow')
    await before.close()
    const journal = await store(here, small)
    const [oldest] = await journal.history(known as Seq, 1)
    const last = journal.view(senders).seq()
    const left = last - Number(oldest?.seq) + 1
    expect(left).toBeLessThan(40)
    const { said, figures } = await tell(here, to, { store: journal })
    await until(() => to.arrived.length === 2 + left, 20_000)
    expect(to.arrived[1]).toMatchObject({
      type: 'events.skipped',
      data: { reason: 'not-kept', from: known + 1, to: Number(oldest?.seq) - 1 },
    })
    const kept = Array.from({ length: left }, (_, at) => last - left + 1 + at)
    expect(to.seqs().slice(2)).toEqual(kept)
    expect(figures()).toMatchObject({ skipped: 1 })
    expect(said('events-skipped')).toHaveLength(1)
  })

  it('for nothing of the journal is kept, are told of up to its end', async () => {
    const [here, to] = [state(), await receiver()]
    const before = await store(here, small)
    await (await tell(here, to, { store: before })).stop()
    await flood(before, 60)
    await before.close()
    const journal = await store(here, small)
    const head = journal.view(senders).seq()
    expect(await journal.history(0 as Seq, 1)).toEqual([])
    await tell(here, to, { store: journal })
    const seq = await happen(journal, 'dm.block')
    await until(() => to.arrived.length === 2)
    expect(to.arrived[0]?.data).toMatchObject({ reason: 'not-kept', from: 1, to: head })
    expect(to.arrived[1]?.data).toMatchObject({ seq })
  })

  it('grow while the receiver is down, and are told of with the whole range', async () => {
    const [here, to] = [state(), await receiver()]
    const larger = { segmentBytes: 30_000, keepBytes: 60_000 }
    const before = await store(here, larger)
    const first = await tell(here, to, { store: before, events: ['dm.block'] })
    const known = await happen(before, 'dm.block')
    await until(() => here.cursor().seq === known)
    await first.stop()
    await flood(before, 400)
    await before.close()
    const journal = await store(here, larger)
    to.rule.always = status(503)
    const { figures, said } = await tell(here, to, { store: journal, events: ['dm.block'] })
    await until(() => figures().failed > 0)
    // More than a store keeps in memory.
    await flood(journal, 1_500)
    to.rule.always = status(204)
    await until(() => figures().skipped === 1)
    const last = await happen(journal, 'dm.block')
    await until(() => here.cursor().seq === last)
    const [early, ...others] = to.arrived.filter(({ type }) => type === 'events.skipped')
    const taken = others.at(-1)
    expect(early?.data).toMatchObject({ from: known + 1 })
    expect(taken?.data).toMatchObject({ from: known + 1 })
    expect(Number(taken?.data['to'])).toBeGreaterThan(Number(early?.data['to']))
    expect(taken?.id).not.toBe(early?.id)
    expect(figures()).toMatchObject({ skipped: 1, taken: 2 })
    expect(said('events-skipped')).toHaveLength(1)
  })

  it('for the journal is an older copy, are told of, and what is new in it is sent', async () => {
    const [here, to] = [state(), await receiver()]
    const copy = mkdtempSync(join(tmpdir(), 'events-copy-'))
    const before = await store(here)
    const first = await tell(here, to, { store: before })
    await happen(before, 'dm.allow')
    await until(() => to.arrived.length === 1)
    const folder = readdirSync(here.root).find((name) => name.includes('journal')) ?? ''
    cpSync(join(here.root, folder), join(copy, folder), { recursive: true })
    for (let count = 0; count < 4; count += 1) await happen(before, 'dm.block')
    await until(() => to.arrived.length === 5)
    await first.stop()
    await before.close()
    const reached = here.cursor().seq
    rmSync(join(here.root, folder), { recursive: true })
    cpSync(join(copy, folder), join(here.root, folder), { recursive: true })
    const restored = await store(here)
    const seq = await happen(restored, 'dm.revoke')
    expect(seq).toBeLessThan(reached)
    await tell(here, to, { store: restored })
    await until(() => to.arrived.length === 7)
    expect(to.arrived[5]).toMatchObject({
      type: 'events.skipped',
      data: { reason: 'journal-replaced', from: reached + 1, to: null },
    })
    expect(to.arrived[6]).toMatchObject({ type: 'dm.revoke', data: { seq } })
    expect(new Set(to.ids()).size).toBe(7)
    await until(() => here.cursor().seq === seq)
  })

  it('for the journal is another one, are told of', async () => {
    const [here, to] = [state(), await receiver()]
    const before = await store(here)
    const first = await tell(here, to, { store: before })
    await happen(before, 'dm.allow')
    await until(() => to.arrived.length === 1)
    await first.stop()
    const other = await store(state())
    await new Promise((resolve) => setTimeout(resolve, 5))
    const seqs = [await happen(other, 'dm.block'), await happen(other, 'dm.block')]
    await tell(here, to, { store: other })
    await until(() => to.arrived.length === 4)
    expect(to.types()[1]).toBe('events.skipped')
    expect(to.seqs().slice(2)).toEqual(seqs)
  })

  it.each(['', '{"seq":', '{"seq":"7"}', '[]'])(
    'for it is lost how far was sent (%j), are told of',
    async (text) => {
      const [here, to] = [state(), await receiver()]
      mkdirSync(join(here.root, 'events'))
      writeFileSync(here.cursorPath, text)
      const journal = await store(here)
      const head = await happen(journal, 'dm.allow')
      await tell(here, to, { store: journal })
      await until(() => to.arrived.length === 1)
      expect(to.arrived[0]).toMatchObject({
        type: 'events.skipped',
        data: { reason: 'position-lost', from: null, to: head, since: null },
      })
      const seq = await happen(journal, 'dm.block')
      await until(() => to.arrived.length === 2)
      await until(() => here.cursor().seq === seq)
    },
  )
})
