import type { NodePairing } from '@openclaw/pairing/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { readNotices } from '@openclaw/pairing-owner-notices'
import { startTelegramEmulator, type TelegramEmulator } from '@openclaw-pairing/emulators'
import { describe, expect, it, onTestFinished } from 'vitest'
import { node, tokenOf } from './devices-support.ts'
import { owner, place, ROOT, start, until } from './support.ts'
import { visitor } from './visitor.ts'

const OWNER = 1_001
const STRANGER = { id: 300_001, firstName: 'Ada', username: 'ada' }

/** A bot on a Telegram of its own, with one owner unless told otherwise. */
async function bot(owners: readonly string[] = [`telegram:${String(OWNER)}`]) {
  const telegram = await startTelegramEmulator()
  onTestFinished(telegram.close)
  const { token: botToken, url: apiRoot } = telegram
  const config = { channels: { telegram: { botToken, apiRoot } } }
  const here = place({ ...config, commands: { ownerAllowFrom: owners } })
  // They have pressed Start: until then a bot cannot write to them.
  for (const each of owners) telegram.message(Number(each.split(':')[1]), '/start')
  return { telegram, here }
}

/** What stands in a chat about those who wait; the assistant's own answers are left out. */
const toOwner = ({ sent }: TelegramEmulator, id = OWNER) =>
  sent
    .filter((each) => each.chatId === id && / asks to | for your decision: /.test(each.text))
    .map(({ text }) => text)

const codeIn = (text = ''): string => /[A-HJ-NP-Z2-9]{8}/.exec(text)?.[0] ?? ''

async function notices(pairing: NodePairing) {
  const { store, people } = pairing
  return readNotices({ store, people, devices: pairing.devices().pairing })
}

const quiet = () => new Promise((resolve) => setTimeout(resolve, 700))

describe('an owner on Telegram', () => {
  it('gets one message of a stranger, with the command that lets them in', async () => {
    const { telegram, here } = await bot()
    const gateway = await start(here)
    telegram.message(STRANGER, '/start')
    await until(() => toOwner(telegram).length === 1)
    telegram.message(STRANGER, 'hello?')
    await quiet()
    const [text = ''] = toOwner(telegram)
    const code = codeIn(telegram.sent.find(({ chatId }) => chatId === STRANGER.id)?.text)
    expect(text).toContain('“Ada”, user name “ada”')
    expect(text).toContain('telegram, id 300001')
    expect(text).toContain(`openclaw pairing approve telegram ${code}`)
    expect(toOwner(telegram)).toHaveLength(1)
    const copyable = telegram.sent.find((each) => each.text === text)?.entities[0]
    expect(text.slice(copyable?.offset, (copyable?.offset ?? 0) + (copyable?.length ?? 0))).toBe(
      `openclaw pairing approve telegram ${code}`,
    )
    await until(() => gateway.lines.some(({ event }) => event === 'owner-told'))
    expect(await notices(gateway.pairing)).toMatchObject([
      { senderId: '1001', about: 'person', state: 'sent', account: 'default' },
    ])
  })

  it('is told of a visitor of the web chat, with the address', async () => {
    const { telegram, here } = await bot()
    const { url } = await start(here)
    const ann = visitor(url)
    await ann.session()
    await ann.say('hello')
    await until(() => toOwner(telegram).length === 1)
    expect(toOwner(telegram)[0]).toMatch(/From: webchat, id web-[0-9a-f]{32}, address 127\.0\.0\.1/)
  })

  it('is shown a device, and how to approve it in the chat', async () => {
    const { telegram, here } = await bot()
    const { url } = await start(here)
    const kitchen = node({ url, token: tokenOf(here) })
    await until(() => toOwner(telegram).length === 1)
    const [text = ''] = toOwner(telegram)
    expect(text).toContain(kitchen.asked[0]?.requestId)
    expect(text).toContain('“Kitchen”')
    expect(text).toContain('/pair approve')
  })

  it('answers the message about a device, and the device is connected', async () => {
    const { telegram, here } = await bot()
    const { url } = await start(here)
    const kitchen = node({ url, token: tokenOf(here) })
    await until(() => toOwner(telegram).length === 1)
    // Telegram tells the second of a message, no more.
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    telegram.message(OWNER, '/pair approve')
    await kitchen.client.ready({ timeoutMs: 5_000 })
  })

  it('is told after the start what happened while no gateway ran, once', async () => {
    const { telegram, here } = await bot()
    const desk = await owner(here)
    const asked = await desk.gate({
      ...{ kind: 'dm', channel: 'telegram' as never, account: 'default' as never },
      ...{ senderId: '300002' as never, aliases: [], replyTo: '300002', messageKey: 'm1' },
      ...{ sentAt: Date.now() as EpochMs, meta: {}, text: 'hello' },
    })
    expect(asked.outcome).toBe('challenge')
    for (let times = 0; times < 3; times += 1) {
      const gateway = await start(here)
      await until(() => toOwner(telegram).length === 1)
      await quiet()
      await gateway.stop()
    }
    expect(toOwner(telegram)).toHaveLength(1)
  })

  it('who blocked the bot is not told, which is shown, and is told when they come back', async () => {
    const { telegram, here } = await bot()
    const gateway = await start(here)
    await until(() => telegram.sent.length === 1)
    telegram.block(OWNER)
    telegram.message(STRANGER, '/start')
    await until(() => gateway.lines.some(({ event }) => event === 'owner-not-told'))
    expect(await notices(gateway.pairing)).toMatchObject([
      { state: 'failed', reason: expect.stringMatching(/block/i) },
    ])
    telegram.unblock(OWNER)
    telegram.message(OWNER, 'here I am again')
    await until(() => toOwner(telegram).length === 1)
    await until(async () => (await notices(gateway.pairing))[0]?.state === 'sent')
  })

  it('is told at the next try when Telegram has a bad moment', async () => {
    const { telegram, here } = await bot()
    const gateway = await start(here)
    await until(() => telegram.sent.length === 1)
    const effect = { kind: 'rate-limit', retryAfter: 100 } as const
    telegram.fault({ method: 'sendMessage', effect, chatId: OWNER, times: 1 })
    telegram.message(STRANGER, '/start')
    await until(() => gateway.lines.some(({ event }) => event === 'owner-not-told'))
    await until(() => toOwner(telegram).length === 1, 15_000)
    await until(async () => (await notices(gateway.pairing))[0]?.state === 'sent')
    expect(await notices(gateway.pairing)).toMatchObject([{ tries: 2 }])
  })

  it('added at the terminal hears of those who wait as soon as they write', async () => {
    const { telegram, here } = await bot([])
    const gateway = await start(here)
    telegram.message(STRANGER, '/start')
    await until(() => telegram.sent.length === 1)
    const desk = await owner(here)
    const added = { channel: 'telegram' as never, senderId: '1002' as never }
    expect(await desk.people.addOwner(ROOT, added)).toMatchObject({ outcome: 'done' })
    await until(() => gateway.lines.some(({ event }) => event === 'owner-not-told'))
    expect(await notices(gateway.pairing)).toMatchObject([
      { state: 'failed', reason: 'Bad Request: chat not found' },
    ])
    telegram.message(1_002, 'hello')
    await until(() => toOwner(telegram, 1_002).length === 1)
    telegram.message(1_002, 'and again')
    await quiet()
    const where = () => gateway.pairing.store.history(0 as never, 1_000)
    expect((await where()).filter(({ action }) => action === 'owner.place')).toHaveLength(1)
  })

  it('hears of five devices at once in four messages', async () => {
    const { telegram, here } = await bot()
    const { url } = await start(here)
    const nodes = Array.from({ length: 5 }, () => node({ url, token: tokenOf(here) }))
    await until(() => nodes.every(({ asked }) => asked.length > 0))
    await until(() => toOwner(telegram).length === 4, 20_000)
    expect(toOwner(telegram)[3]).toBe(
      '2 more devices wait for your decision: openclaw devices list',
    )
  })
})

describe('a gateway without owners', () => {
  it('tells nobody', async () => {
    const { telegram, here } = await bot([])
    const gateway = await start(here)
    telegram.message(STRANGER, '/start')
    await until(() => telegram.sent.length === 1)
    await quiet()
    expect(telegram.sent).toHaveLength(1)
    expect(await notices(gateway.pairing)).toEqual([])
  })
})
