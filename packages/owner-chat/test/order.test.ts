import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStore } from '@openclaw/credential-store'
import { nodeFileStore } from '@openclaw/credential-store/node'
import type { CredentialStore, EpochMs, InboundDm } from '@openclaw/pairing-contracts'
import { type FixedClock, fixedClock } from '@openclaw/pairing-testing'
import { describe, expect, it } from 'vitest'
import { chatWorld, texts } from './chat.ts'

/** What a platform's clock is like beside the gateway's. */
interface Platform {
  /** Ahead of the gateway's, in ms. */
  readonly skewMs: number
  /** What it counts in, in ms. */
  readonly unitMs: number
  /** Leaves the time of what it took unsaid. */
  readonly isSilent?: boolean
}

const MINUTE = 60_000
const SECONDS: Platform = { skewMs: 0, unitMs: 1_000 }
const TELEGRAM: readonly Platform[] = [0, 5 * MINUTE, -5 * MINUTE].map((skewMs) => ({
  ...SECONDS,
  skewMs,
}))
const WEB_CHAT: Platform = { skewMs: 0, unitMs: 1 }

/** An owner's chat on such a platform, with one device waiting; each answer takes 40 ms to come out. */
async function chat(
  { skewMs, unitMs, isSilent = false }: Platform,
  place: { readonly store?: CredentialStore; readonly clock?: FixedClock } = {},
) {
  const world = chatWorld({}, place)
  const { clock, inbound, ask } = world
  const now = (): EpochMs => (Math.floor((clock.now() + skewMs) / unitMs) * unitMs) as EpochMs
  const write = (text: string): InboundDm => inbound('1001', text, { sentAt: now() })
  const arrives = async (message: InboundDm): Promise<string> => {
    const replies = await ask({ ...message, receivedAt: clock.now() })
    clock.advance(40)
    const sent = { outcome: 'sent', ...(isSilent ? {} : { sentAt: now() }) } as const
    for (const { onSent } of replies ?? []) await onSent?.(sent)
    return texts(replies).join('\n')
  }
  const say = (text: string): Promise<string> => arrives(write(text))
  /** Brings the platform's clock to a time within a second. */
  const toMs = (ms: number): void =>
    clock.advance(1_000 + ms - ((((clock.now() + skewMs) % 1_000) + 1_000) % 1_000))
  return { ...world, write, arrives, say, toMs }
}

describe.each(TELEGRAM)('where seconds are counted, $skewMs ms ahead', (platform) => {
  it('what was written in the same second, before the card, approves nothing; the next one does', async () => {
    const { write, arrives, say, toMs, waits, isIn, clock } = await chat(platform)
    await waits()
    toMs(100)
    const early = write('/pair approve')
    await say('/pair approve')
    expect(await arrives(early)).toContain('before you were shown')
    expect(await isIn('Kitchen')).toBe(false)
    clock.advance(1_000)
    expect(await say('/pair approve')).toContain('Approved')
    expect(await isIn('Kitchen')).toBe(true)
  })

  it.each([94, 11 * MINUTE, 3 * 60 * MINUTE])(
    'what was written %i ms before the card approves nothing',
    async (ms) => {
      const { write, arrives, say, toMs, waits, isIn, clock } = await chat(platform)
      toMs(950)
      const early = write('/pair approve')
      clock.advance(ms)
      const id = await waits()
      await say(`/pair approve ${id}`)
      // Received by the gateway only now, for it was down or the platform was slow.
      clock.advance(1_000)
      expect(await arrives(early)).toContain('before you were shown')
      expect(await arrives({ ...early, text: `/pair approve ${id}` })).toContain('before you were')
      expect(await isIn('Kitchen')).toBe(false)
      clock.advance(1_000)
      expect(await say('/pair approve')).toContain('Approved')
    },
  )

  it('an answer one second later approves at the first try', async () => {
    const { say, toMs, waits, clock } = await chat(platform)
    const id = await waits()
    toMs(0)
    await say('/pair approve')
    clock.advance(1_000)
    expect(await say(`/pair approve ${id}`)).toContain('Approved')
  })

  it('an answer in the same second is asked for once more, and no oftener', async () => {
    const { say, toMs, waits, clock } = await chat(platform)
    await waits()
    toMs(0)
    await say('/pair approve')
    expect(await say('/pair approve')).toContain('before you were shown')
    clock.advance(1_000)
    expect(await say('/pair approve')).toContain('Approved')
  })

  it('the order outlives the process', async () => {
    const root = mkdtempSync(join(tmpdir(), 'owner-chat-order-'))
    const clock = fixedClock()
    const open = () => nodeFileStore({ root, mode: 'write', clock, families: [] })
    const first = await open()
    const before = await chat(platform, { store: first, clock })
    await before.waits()
    before.toMs(500)
    const early = before.write('/pair approve')
    clock.advance(94)
    await before.say('/pair approve')
    await first.close()
    clock.advance(1_000)
    const second = await open()
    const after = await chat(platform, { store: second, clock })
    expect(await after.arrives(early)).toContain('before you were shown')
    expect(await after.say('/pair approve')).toContain('Approved')
    await second.close()
  })
})

describe('where ms are counted', () => {
  it('two messages within a second are told apart', async () => {
    const { say, write, arrives, waits, isIn } = await chat(WEB_CHAT)
    await waits()
    const early = write('/pair approve')
    await say('/pair approve')
    expect(await arrives(early)).toContain('before you were shown')
    expect(await isIn('Kitchen')).toBe(false)
    expect(await say('/pair approve')).toContain('Approved')
  })

  it('an answer 5 ms after the card approves at the first try', async () => {
    const { say, waits, clock } = await chat(WEB_CHAT)
    await waits()
    await say('/pair approve')
    clock.advance(5)
    expect(await say('/pair approve')).toContain('Approved')
  })
})

describe('where the platform says no time of what it took', () => {
  const silent: Platform = { ...SECONDS, isSilent: true }

  it.each([94, 11 * MINUTE])('what was written %i ms before approves nothing', async (ms) => {
    const { write, arrives, say, toMs, waits, isIn, clock } = await chat(silent)
    toMs(500)
    const early = write('/pair approve')
    clock.advance(ms)
    await waits()
    await say('/pair approve')
    expect(await arrives(early)).toContain('before you were shown')
    expect(await isIn('Kitchen')).toBe(false)
    clock.advance(2_000)
    expect(await say('/pair approve')).toContain('Approved')
  })
})

describe('a clock that was set back', () => {
  it.each([WEB_CHAT, SECONDS, { ...SECONDS, isSilent: true }])(
    'costs one more card, and no approval: %o',
    async (platform) => {
      const { say, waits, isIn, clock } = await chat(platform)
      await waits()
      await say('/pair approve')
      clock.advance(-60 * MINUTE)
      expect(await say('/pair approve')).toContain('before you were shown')
      expect(await isIn('Kitchen')).toBe(false)
      clock.advance(2_000)
      expect(await say('/pair approve')).toContain('Approved')
    },
  )

  it('does not make what was shown earlier the last', async () => {
    const { say, waits, devices, isIn, clock } = await chat(SECONDS)
    await say(`/pair approve ${await waits()}`)
    clock.advance(-60 * MINUTE)
    const other = await waits({ name: 'Hall' })
    await say(`/pair approve ${other}`)
    await devices.reject({ kind: 'root', user: 'x' }, other)
    clock.advance(2_000)
    expect(await say('/pair approve')).toContain('This device waits')
    expect(await isIn('Kitchen')).toBe(false)
  })
})

describe('what was shown by an older version', () => {
  it('is read, and shown once more before it is approved', async () => {
    const store = memoryStore({ clock: fixedClock() })
    const { say, waits, devices, isIn, clock, shown } = await chat(TELEGRAM[2] ?? SECONDS, {
      store,
    })
    const id = await waits()
    const lists = await devices.list({ kind: 'root', user: 'x' })
    const digest = 'outcome' in lists ? '' : lists.waiting[0]?.digest
    const at = clock.now()
    const old = [{ number: 1, requestId: id, digest: String(digest), shownAt: at, lastAt: at }]
    const raw = { name: 'owner.shown', decode: (it: unknown) => it, encode: (it: unknown) => it }
    await store.transact(
      { scope: 'x' as never, actor: { kind: 'root', user: 'x' }, action: 'x.y' },
      (tx) => void tx.put(raw as never, 'telegram/default/1001', old as never),
    )
    expect(
      shown.of({ kind: 'owner', channel: 'telegram', account: 'default', senderId: '1001' }),
    ).toEqual(old)
    clock.advance(1_000)
    expect(await say('/pair approve')).toContain('before you were shown')
    clock.advance(1_000)
    expect(await say('/pair approve')).toContain('Approved')
    expect(await isIn('Kitchen')).toBe(true)
  })
})
