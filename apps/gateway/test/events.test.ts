import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFileStore } from '@openclaw/credential-store/node'
import type { EventsCursor } from '@openclaw/pairing-config'
import type { Actor, Collection, EpochMs, Json, Scope, Seq } from '@openclaw/pairing-contracts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startEvents } from '../src/events/events.ts'
import { cursorFile } from '../src/machine/cursor-file.ts'
import { webhookComponents } from '../src/webhook/components.ts'
import { type Receiver, receiver, SECRET, silence, status } from './events-support.ts'
import { type Line, ROOT, until } from './support.ts'

const senders: Collection<Json> = {
  name: 'dm.senders',
  decode: (value) => value,
  encode: (value) => value,
}

/** A state directory of its own, with a store of small segments. */
function state() {
  const root = mkdtempSync(join(tmpdir(), 'events-test-'))
  const cursorPath = join(root, 'events', 'cursor.json')
  return {
    root,
    cursorPath,
    cursor: () => JSON.parse(readFileSync(cursorPath, 'utf8')) as EventsCursor,
  }
}

type State = ReturnType<typeof state>

async function store({ root }: State, more: { segmentBytes?: number; keepBytes?: number } = {}) {
  const clock = { now: () => Date.now() as EpochMs }
  const made = await nodeFileStore({ root, mode: 'write', clock, ...more })
  onTestFinished(() => made.close())
  return made
}

type Store = Awaited<ReturnType<typeof store>>

/** Something that happened; answers its place in the journal. */
async function happen(to: Store, action: string, actor: Actor = ROOT): Promise<number> {
  await to.transact({ scope: 'test' as Scope, actor, action }, (tx) => {
    tx.put(senders, `telegram/default/${String(Math.random()).slice(2)}`, {
      state: 'allowed',
      since: tx.now,
      meta: { note: 'x'.repeat(40) },
    })
  })
  return to.view(senders).seq()
}

/** Many at once. */
async function flood(to: Store, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => happen(to, 'dm.allow')))
}

async function tell(
  here: State,
  to: Receiver,
  options: { store: Store; events?: readonly string[]; timeoutMs?: number },
) {
  const { events = ['*'], timeoutMs = 2_000 } = options
  const lines: Line[] = []
  const running = await startEvents({
    config: { url: to.url, secret: SECRET, events, timeoutMs },
    store: options.store,
    file: cursorFile(here.cursorPath),
    log: (level, event, fields) => void lines.push({ level, event, ...fields }),
    webhook: webhookComponents(),
  })
  onTestFinished(running.stop)
  return {
    ...running,
    lines,
    said: (event: string) => lines.filter((line) => line.event === event),
  }
}

describe('events', () => {
  it('are sent in order, signed, each once, from now on', async () => {
    const [here, to] = [state(), await receiver()]
    const journal = await store(here)
    await happen(journal, 'dm.approve')
    const { figures } = await tell(here, to, { store: journal })
    const seqs = [
      await happen(journal, 'dm.allow'),
      await happen(journal, 'dm.block', { kind: 'page', session: 'a-secret-session' }),
      await happen(journal, 'device.approve'),
    ]
    await until(() => to.arrived.length === 3)
    expect(to.seqs()).toEqual(seqs)
    expect(to.types()).toEqual(['dm.allow', 'dm.block', 'device.approve'])
    expect(new Set(to.ids()).size).toBe(3)
    const [first, second] = to.arrived
    expect(first?.headers['content-type']).toBe('application/json')
    expect(first?.data).toMatchObject({
      action: 'dm.allow',
      by: expect.stringContaining('owner'),
      actor: { kind: 'root', user: 'owner' },
      outcome: 'allowed',
      subjects: [{ kind: 'person', channel: 'telegram', account: 'default', outcome: 'allowed' }],
    })
    expect(Date.parse(first?.timestamp ?? '')).toBeGreaterThan(Date.now() - 10_000)
    expect(second?.data).toMatchObject({ actor: { kind: 'page' } })
    expect(second?.body).not.toContain('a-secret-session')
    await until(() => here.cursor().seq === seqs[2])
    expect(figures()).toMatchObject({ taken: 3, refused: 0, failed: 0, skipped: 0, seq: seqs[2] })
    expect(statSync(here.cursorPath).mode & 0o777).toBe(0o600)
  })

  it('are those that were chosen', async () => {
    const [here, to] = [state(), await receiver()]
    const journal = await store(here)
    const events = ['dm.*', 'device.remove']
    const { stop, figures } = await tell(here, to, { store: journal, events })
    await happen(journal, 'device.approve')
    const block = await happen(journal, 'dm.block')
    const remove = await happen(journal, 'device.remove')
    const last = await happen(journal, 'device.seen')
    await until(() => to.arrived.length === 2)
    expect(to.seqs()).toEqual([block, remove])
    await until(() => figures().seq === last)
    await stop()
    expect(here.cursor().seq).toBe(last)
  })

  it('of the time when nothing ran are sent after the next start', async () => {
    const [here, to] = [state(), await receiver()]
    const journal = await store(here)
    const first = await tell(here, to, { store: journal })
    await happen(journal, 'dm.allow')
    await until(() => to.arrived.length === 1)
    await first.stop()
    const seqs = [await happen(journal, 'dm.block'), await happen(journal, 'dm.unblock')]
    await tell(here, to, { store: journal })
    await until(() => to.arrived.length === 3)
    expect(to.seqs().slice(1)).toEqual(seqs)
  })

  it('wait for a receiver that is down, and come in order when it is back', async () => {
    const [here, to] = [state(), await receiver()]
    const journal = await store(here)
    const { said, figures } = await tell(here, to, { store: journal })
    await to.away()
    const seqs = [await happen(journal, 'dm.allow'), await happen(journal, 'dm.block')]
    await until(() => said('events-not-taken').length === 1)
    expect(said('events-not-taken')[0]).toMatchObject({ level: 'warn', seq: seqs[0] })
    await until(() => here.cursor().failure !== undefined)
    expect(JSON.stringify([said('events-not-taken'), here.cursor()])).not.toContain('token-in-path')
    await until(() => figures().failed >= 2)
    expect(figures().failingMs).toBeGreaterThan(0)
    await to.back()
    await until(() => to.arrived.length === 2)
    expect(to.seqs()).toEqual(seqs)
    await until(() => here.cursor().seq === seqs[1])
    expect(here.cursor()).not.toHaveProperty('failure')
    expect(said('events-not-taken')).toHaveLength(1)
    expect(said('events-answered-again')).toHaveLength(1)
    expect(figures()).toMatchObject({ taken: 2, failingMs: 0 })
  })

  it.each([
    ['503', status(503)],
    ['429', status(429, { 'retry-after': '1' })],
    ['a connection that is cut off', (response) => void response.destroy()],
  ] as const)('are sent again under the same id after %s', async (_, answer) => {
    const [here, to] = [state(), await receiver()]
    const journal = await store(here)
    await tell(here, to, { store: journal })
    to.answers.push(answer)
    await happen(journal, 'dm.allow')
    await happen(journal, 'dm.block')
    await until(() => to.arrived.length === 3)
    expect(to.types()).toEqual(['dm.allow', 'dm.allow', 'dm.block'])
    expect(to.ids()[0]).toBe(to.ids()[1])
  })

  it.each([400, 401, 404, 410, 302])(
    'are not sent again after HTTP %i, which is said once',
    async (code) => {
      const [here, to] = [state(), await receiver()]
      const journal = await store(here)
      const { said, figures } = await tell(here, to, { store: journal })
      to.answers.push(status(code, { location: to.url }), status(code, { location: to.url }))
      const seqs = [
        await happen(journal, 'dm.allow'),
        await happen(journal, 'dm.block'),
        await happen(journal, 'dm.unblock'),
      ]
      await until(() => figures().taken === 1)
      expect(to.seqs()).toEqual(seqs)
      expect(said('event-refused')).toHaveLength(1)
      expect(said('event-refused')[0]).toMatchObject({
        seq: seqs[0],
        reason: expect.stringContaining(String(code)),
      })
      expect(said('events-taken-again')).toHaveLength(1)
      expect(figures()).toMatchObject({ refused: 2, failed: 0 })
      expect(here.cursor()).toMatchObject({
        refused: 2,
        refusal: expect.stringContaining(String(code)),
      })
    },
  )

  it('are ten a second at most', async () => {
    const [here, to] = [state(), await receiver()]
    const journal = await store(here)
    await tell(here, to, { store: journal })
    await Promise.all(Array.from({ length: 12 }, () => happen(journal, 'dm.allow')))
    await until(() => to.arrived.length === 12)
    const took = (to.arrived[11]?.at ?? 0) - (to.arrived[0]?.at ?? 0)
    expect(took).toBeGreaterThan(1_000)
  })

  it('hold nothing up while a receiver is silent', async () => {
    const [here, to] = [state(), await receiver()]
    to.rule.always = silence
    const journal = await store(here)
    await tell(here, to, { store: journal, timeoutMs: 60_000 })
    await happen(journal, 'dm.allow')
    await until(() => to.arrived.length === 1)
    const begun = performance.now()
    for (let count = 0; count < 20; count += 1) await happen(journal, 'dm.allow')
    expect(performance.now() - begun).toBeLessThan(2_000)
    expect(to.arrived).toHaveLength(1)
  })

  it('end within 2 s, and what was not answered is sent again after the next start', async () => {
    const [here, to] = [state(), await receiver()]
    to.rule.always = silence
    const journal = await store(here)
    const { stop } = await tell(here, to, { store: journal, timeoutMs: 60_000 })
    await happen(journal, 'dm.allow')
    await until(() => to.arrived.length === 1)
    const begun = performance.now()
    await Promise.all([stop(), stop()])
    expect(performance.now() - begun).toBeLessThan(2_000)
    to.rule.always = status(204)
    await tell(here, to, { store: journal })
    await until(() => to.arrived.length === 2)
    expect(to.ids()[0]).toBe(to.ids()[1])
  })

  it('that are answered while it stops are not sent again', async () => {
    const [here, to] = [state(), await receiver()]
    to.rule.always = (response) => void setTimeout(() => response.writeHead(204).end(), 400)
    const journal = await store(here)
    const { stop } = await tell(here, to, { store: journal })
    const seq = await happen(journal, 'dm.allow')
    await until(() => to.arrived.length === 1)
    await stop()
    expect(here.cursor().seq).toBe(seq)
  })

  it('end at once while a receiver is down', async () => {
    const [here, to] = [state(), await receiver()]
    to.rule.always = status(503, { 'retry-after': '3600' })
    const journal = await store(here)
    const { stop, figures } = await tell(here, to, { store: journal })
    await happen(journal, 'dm.allow')
    await until(() => figures().failed === 1)
    const begun = performance.now()
    await stop()
    expect(performance.now() - begun).toBeLessThan(500)
  })
})

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

describe('the position of events', () => {
  it('that cannot be written is said once, and events go on', async () => {
    const [here, to] = [state(), await receiver()]
    const journal = await store(here)
    writeFileSync(join(here.root, 'events'), 'a file where the folder belongs')
    const lines: Line[] = []
    const events = await startEvents({
      config: { url: to.url, secret: SECRET, events: ['*'], timeoutMs: 2_000 },
      store: journal,
      file: { ...cursorFile(here.cursorPath), load: async () => undefined },
      log: (level, event, fields) => void lines.push({ level, event, ...fields }),
      webhook: webhookComponents(),
    })
    onTestFinished(events.stop)
    for (const action of ['dm.allow', 'dm.block', 'dm.revoke']) await happen(journal, action)
    await until(() => to.arrived.length === 3)
    expect(to.types()).toEqual(['dm.allow', 'dm.block', 'dm.revoke'])
    await until(() => events.figures().taken === 3)
    const said = lines.filter(({ event }) => event === 'events-cursor-not-written')
    expect(said.length).toBeGreaterThan(0)
    expect(said.length).toBeLessThan(3)
    expect(existsSync(here.cursorPath)).toBe(false)
  })

  it('that cannot be read is asked for again, and nothing is sent twice meanwhile', async () => {
    const [here, to] = [state(), await receiver()]
    const journal = await store(here)
    const file = cursorFile(here.cursorPath)
    let isReadable = false
    const lines: Line[] = []
    const events = await startEvents({
      config: { url: to.url, secret: SECRET, events: ['*'], timeoutMs: 2_000 },
      store: journal,
      file: {
        ...file,
        load: async () => {
          if (!isReadable) throw Object.assign(new Error('no'), { code: 'EACCES' })
          return file.load()
        },
      },
      log: (level, event, fields) => void lines.push({ level, event, ...fields }),
      webhook: webhookComponents(),
    })
    onTestFinished(events.stop)
    expect(lines).toMatchObject([{ event: 'events-not-followed' }])
    expect(events.figures().seq).toBeUndefined()
    isReadable = true
    await until(() => events.figures().seq !== undefined)
    await happen(journal, 'dm.allow')
    await until(() => to.arrived.length === 1)
  })
})
