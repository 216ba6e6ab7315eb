import { existsSync, statSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startEvents } from '../src/events/events.ts'
import { cursorFile } from '../src/machine/cursor-file.ts'
import { webhookComponents } from '../src/webhook/components.ts'
import { happen, receiver, SECRET, silence, state, status, store, tell } from './events-support.ts'
import { type Line, until } from './support.ts'

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
    ['a connection that is cut off', (response: ServerResponse) => void response.destroy()],
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
    expect(performance.now() - begun).toBeLessThan(8_000)
    expect(to.arrived).toHaveLength(1)
  })

  it('end soon, and what was not answered is sent again after the next start', async () => {
    const [here, to] = [state(), await receiver()]
    to.rule.always = silence
    const journal = await store(here)
    const { stop } = await tell(here, to, { store: journal, timeoutMs: 60_000 })
    await happen(journal, 'dm.allow')
    await until(() => to.arrived.length === 1)
    const begun = performance.now()
    await Promise.all([stop(), stop()])
    expect(performance.now() - begun).toBeLessThan(8_000)
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
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
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
