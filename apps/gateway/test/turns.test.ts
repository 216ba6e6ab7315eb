import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStore } from '@openclaw/credential-store'
import type { AccountId, ChannelName, EpochMs, Json } from '@openclaw/pairing-contracts'
import { memoryReplicas } from '@openclaw/pairing-testing'
import { describe, expect, it, vi } from 'vitest'
import { accountsElsewhere } from '../src/channels/elsewhere.ts'
import { leadsNowhere } from '../src/channels/give-way.ts'
import { heldAgent, heldConnection, heldHost, heldWork } from '../src/channels/held.ts'
import { leaseCursor } from '../src/channels/lease-cursor.ts'
import { sharedCookieKey } from '../src/channels/shared-cookie-key.ts'

const HANDED_OVER = { code: 'ERR_WORK_HANDED_OVER' }

/** A lease as far as cursors and guards look at it. */
function lease(kept?: Json) {
  const state = { kept, isHeld: true }
  return {
    state,
    isHeld: () => state.isHeld,
    kept: () => state.kept,
    save: async (value: Json) => {
      state.kept = value
    },
  }
}

const nothing = { load: async () => undefined }

describe('how far an account has come', () => {
  it('is what this machine kept, until something is kept beside the lease', async () => {
    const given = lease()
    const local = { load: async () => ({ offset: 7 }) }
    const cursor = leaseCursor(given, { name: 'position', local })
    expect(await cursor.load()).toEqual({ offset: 7 })
    await cursor.save({ offset: 8 })
    const next = leaseCursor(lease(given.state.kept), { name: 'position', local })
    expect(await next.load()).toEqual({ offset: 8 })
  })

  it('is another for each way that the account goes', async () => {
    const given = lease()
    const bluebubbles = leaseCursor(given, { name: 'bluebubbles-default', local: nothing })
    await bluebubbles.save({ at: 1 })
    const imsg = leaseCursor(given, { name: 'imsg-default', local: nothing })
    expect(await imsg.load()).toBeUndefined()
    await imsg.save({ at: 2 })
    const again = leaseCursor(given, { name: 'bluebubbles-default', local: nothing })
    expect(await again.load()).toEqual({ at: 1 })
  })

  it.each([null, 'text', 7, [1]])('is nothing where something else is kept: %j', async (kept) => {
    const cursor = leaseCursor(lease(kept), { name: 'position', local: nothing })
    expect(await cursor.load()).toBeUndefined()
  })

  it('is saved by nobody whose lease is over', async () => {
    const given = lease()
    given.state.isHeld = false
    const cursor = leaseCursor(given, { name: 'position', local: nothing })
    await expect(cursor.save({ at: 1 })).rejects.toMatchObject(HANDED_OVER)
    expect(given.state.kept).toBeUndefined()
  })
})

describe('a gateway whose lease is over', () => {
  it('sends nothing, takes nothing, and notes nothing', async () => {
    const given = lease()
    const sent: string[] = []
    const connection = heldConnection(given, {
      channel: 'slack' as ChannelName,
      account: 'default' as AccountId,
      run: async () => {},
      send: async ({ text }) => {
        sent.push(text)
        return { outcome: 'sent' }
      },
      webhook: { path: '/slack/events', answer: async () => ({ status: 200 }) },
      status: () => ({ state: 'connected', since: 0 as EpochMs }),
    })
    const call = { method: 'POST', query: '', headers: {}, body: new Uint8Array() } as const
    const work = heldWork(given, {
      begin: async () => 'new',
      mark: async () => {},
      close: async () => {},
    })
    expect(await connection.send({ to: 'a', text: 'one' })).toEqual({ outcome: 'sent' })
    expect(await connection.webhook?.answer(call)).toEqual({ status: 200 })
    expect(await work.begin('key')).toBe('new')
    given.state.isHeld = false
    expect(await connection.send({ to: 'a', text: 'two' })).toMatchObject({ outcome: 'failed' })
    expect(await connection.webhook?.answer(call)).toEqual({ status: 503 })
    await expect(work.begin('key')).rejects.toMatchObject(HANDED_OVER)
    await expect(work.mark('key', 'done')).rejects.toMatchObject(HANDED_OVER)
    expect(sent).toEqual(['one'])
  })

  it('leaves what was under way to the next, and so does one that stops', async () => {
    const [given, stopping] = [lease(), new AbortController()]
    const end = { now: (): void => {} }
    const host = heldHost(given, stopping.signal, {
      onMessage: async () => {
        end.now()
        return 'deliver'
      },
      onIgnored: () => {},
      log: () => {},
    })
    const inbound = {} as never
    expect(await host.onMessage(inbound)).toBe('deliver')
    end.now = () => {
      given.state.isHeld = false
    }
    await expect(host.onMessage(inbound)).rejects.toMatchObject(HANDED_OVER)
    await expect(host.onMessage(inbound)).rejects.toMatchObject(HANDED_OVER)
    given.state.isHeld = true
    end.now = () => stopping.abort()
    await expect(host.onMessage(inbound)).rejects.toMatchObject(HANDED_OVER)
  })

  it('takes no answer of the agent for one, nor a stop for its failure', async () => {
    const [given, stopping] = [lease(), new AbortController()]
    const failed = { outcome: 'failed', reason: 'the gateway stopped' } as const
    const answers = { next: { outcome: 'answered', text: 'yes' } as const }
    const agent = heldAgent(given, { idempotent: true, deliver: async () => answers.next })
    const message = {} as never
    expect(await agent.deliver(message, stopping.signal)).toEqual(answers.next)
    const broken = heldAgent(given, { idempotent: true, deliver: async () => failed })
    expect(await broken.deliver(message, stopping.signal)).toEqual(failed)
    stopping.abort()
    await expect(broken.deliver(message, stopping.signal)).rejects.toMatchObject(HANDED_OVER)
    given.state.isHeld = false
    await expect(agent.deliver(message, stopping.signal)).rejects.toMatchObject(HANDED_OVER)
  })
})

describe('a turn that leads nowhere', () => {
  const down = {
    channel: 'whatsapp',
    account: 'default',
    state: 'waiting',
    since: 0 as EpochMs,
  } as const
  const timing = { tryMs: 30, lookMs: 1 }
  const never = new AbortController().signal

  it('ends when another gateway could have the account', async () => {
    const wanted = { is: false }
    const ends = leadsNowhere({ report: () => down, isWanted: () => wanted.is }, timing, never)
    const early = await Promise.race([ends, new Promise((resolve) => setTimeout(resolve, 60))])
    expect(early).toBeUndefined()
    wanted.is = true
    expect(await ends).toBe(true)
  })

  it('does not while the account is connected, and counts anew from then', async () => {
    const [up, stop] = [{ is: true }, new AbortController()]
    const report = () => (up.is ? ({ ...down, state: 'connected' } as const) : down)
    const ends = leadsNowhere({ report, isWanted: () => true }, timing, stop.signal)
    const first = await Promise.race([ends, new Promise((resolve) => setTimeout(resolve, 90))])
    expect(first).toBeUndefined()
    up.is = false
    expect(await ends).toBe(true)
  })

  it('does not where the gateway stops', async () => {
    const stop = new AbortController()
    const ends = leadsNowhere({ report: () => down, isWanted: () => false }, timing, stop.signal)
    stop.abort()
    expect(await ends).toBe(false)
  })
})

describe('accounts at other gateways', () => {
  const telegram = { channel: 'telegram' as ChannelName, account: 'default' as AccountId }
  const signal = { channel: 'signal' as ChannelName, account: 'work' as AccountId }

  it('are known as long as those live, and nothing is sent through them here', async () => {
    const network = memoryReplicas()
    const [here, there] = [network.open(), network.open()]
    const clock = { ms: 0 }
    accountsElsewhere(there, [signal], () => clock.ms)
    const known = accountsElsewhere(here, [telegram], () => clock.ms)
    clock.ms = 20_000
    await vi.waitFor(() => expect(known.accountsOf(signal.channel)).toEqual(['work']), {
      timeout: 20_000,
    })
    expect(known.sendsOf(signal)?.isReady()).toBe(false)
    expect(await known.sendsOf(signal)?.send({ to: 'a', text: 'b' })).toMatchObject({
      outcome: 'failed',
    })
    await there.close()
    await vi.waitFor(() => expect(known.accountsOf(signal.channel)).toEqual([]), {
      timeout: 20_000,
    })
    expect(known.sendsOf(signal)).toBeUndefined()
  })

  it('may be any while this one has just started: nothing is given up as impossible then', () => {
    const clock = { ms: 0 }
    const known = accountsElsewhere(memoryReplicas().open(), [telegram], () => clock.ms)
    expect(known.accountsOf(signal.channel)).toEqual(['default'])
    expect(known.sendsOf(signal)?.isReady()).toBe(false)
    clock.ms = 15_000
    expect(known.accountsOf(signal.channel)).toEqual([])
    expect(known.sendsOf(signal)).toBeUndefined()
  })
})

describe('the key of the web chat’s cookies', () => {
  const ports = { clock: { now: () => 1 as EpochMs } }
  const path = () => join(mkdtempSync(join(tmpdir(), 'cookie-key-')), 'cookie-key')

  it('is drawn once, however many gateways come at once', async () => {
    const store = memoryStore(ports)
    const keys = await Promise.all([1, 2, 3].map(() => sharedCookieKey(store, path())))
    expect(keys[0]).toHaveLength(32)
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1)
    expect((await store.history(0 as never, 10)).map(({ action }) => action)).toContain(
      'webchat.key',
    )
  })

  it('is the one that this machine drew while it was alone', async () => {
    const [store, file] = [memoryStore(ports), path()]
    const own = Buffer.alloc(32, 7)
    writeFileSync(file, `${own.toString('base64url')}\n`)
    expect(Buffer.from(await sharedCookieKey(store, file))).toEqual(own)
    expect(Buffer.from(await sharedCookieKey(store, path()))).toEqual(own)
  })

  it('is not replaced where the file holds something else', async () => {
    const file = path()
    writeFileSync(file, 'something else')
    const key = sharedCookieKey(memoryStore(ports), file)
    await expect(key).rejects.toMatchObject({ code: 'ERR_GATEWAY_COOKIE_KEY' })
  })
})
