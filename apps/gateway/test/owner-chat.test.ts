import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { readSetupCode } from '@openclaw/pairing-protocol'
import { startTelegramEmulator, type TelegramEmulator } from '@openclaw-pairing/emulators'
import { describe, expect, it, onTestFinished } from 'vitest'
import { node, tokenOf } from './devices-support.ts'
import { allow, owner, type Place, place, ROOT, start, until } from './support.ts'
import { visitor } from './visitor.ts'

const ANN = 1_001
const GUEST = 2_002
const STRANGER = 3_003
const GROUP = -100_200

/** A port that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

interface Wish {
  readonly owners?: readonly string[]
  readonly config?: object
  /** How far the clock of Telegram is ahead of the gateway's. */
  readonly skewMs?: number
}

/** A bot on a Telegram of its own, whose owners have pressed Start, and a gateway that devices can find. */
async function bot({ owners = ['1001', '1002'], config = {}, skewMs = 0 }: Wish = {}) {
  const now = () => Date.now() + skewMs
  const telegram = await startTelegramEmulator({ username: 'our_bot', now })
  onTestFinished(telegram.close)
  const port = await freePort()
  const { token: botToken, url: apiRoot } = telegram
  const publicUrl = `ws://127.0.0.1:${String(port)}`
  const here = place({
    channels: { telegram: { botToken, apiRoot, allowFrom: [String(GUEST)] } },
    commands: { ownerAllowFrom: owners.map((id) => `telegram:${id}`) },
    plugins: { entries: { 'device-pair': { config: { publicUrl } } } },
    ...config,
  })
  const told: string[] = []
  const agent = async ({ message }: { message: { text: string } }) => {
    told.push(message.text)
    return undefined
  }
  const run = () => start(here, { port, agent: agent as never })
  return { telegram, here, run, told }
}

/** What was answered in a chat; what owners are told unasked is left out. */
const sentTo = ({ sent }: TelegramEmulator, chatId: number) =>
  sent.filter((message) => message.chatId === chatId && !/^A device asks to /.test(message.text))

/** Writes, and waits for so many answers. */
async function say(telegram: TelegramEmulator, from: number, text: string, count = 1) {
  const before = sentTo(telegram, from).length
  telegram.message(from, text)
  await until(() => sentTo(telegram, from).length >= before + count)
  return sentTo(telegram, from).slice(before)
}

/** Telegram tells the second of a message, no more: whoever answers what they read does it in a later one. */
const nextSecond = () => quiet(1_010 - (Date.now() % 1_000))

async function codeOf(telegram: TelegramEmulator, from = ANN) {
  const [, code] = await say(telegram, from, '/pair', 2)
  const read = readSetupCode(code?.text ?? '')
  if (!read.ok) throw new Error(read.fault)
  return { text: code?.text ?? '', payload: read.payload }
}

/** A phone that pasted the code. */
function phone(payload: { url: string; bootstrapToken: string }) {
  return node({ url: payload.url, bootstrapToken: payload.bootstrapToken })
}

const quiet = (ms = 400) => new Promise((resolve) => setTimeout(resolve, ms))

const bytesOf = ({ stateDir }: Place): string =>
  readdirSync(stateDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

describe('an owner on Telegram', () => {
  it('pairs a phone from the chat alone, connected at once, and no secret stays', async () => {
    const { telegram, here, run, told } = await bot()
    const gateway = await run()
    const [first, second] = await say(telegram, ANN, '/pair', 2)
    expect(first?.text).toMatch(/Settings → Gateway[\s\S]*\/pair approve/)
    expect(second?.entities).toEqual([{ type: 'code', offset: 0, length: second?.text.length }])
    const read = readSetupCode(second?.text ?? '')
    if (!read.ok) throw new Error(read.fault)
    const { payload } = read
    expect(payload.token).toBe(payload.bootstrapToken)
    const { client, asked } = phone(payload)
    await until(() => asked.length > 0)
    await until(() => telegram.sent.some(({ text }) => text.startsWith('A device asks to ')))
    await nextSecond()
    const [answer] = await say(telegram, ANN, '/pair approve')
    expect(answer?.text).toContain('Approved: “Kitchen”')
    const approvedAt = performance.now()
    await client.ready({ timeoutMs: 5_000 })
    expect(performance.now() - approvedAt).toBeLessThan(5_000)
    expect((await say(telegram, ANN, '/pair status'))[0]?.text).toContain('1 device paired')
    expect(told).toEqual([])
    await gateway.stop()
    const atRest = `${bytesOf(here)}${gateway.raw.join('\n')}`
    expect(atRest).not.toContain(payload.bootstrapToken)
    expect(atRest).not.toContain(second?.text)
  })

  it('finds the code worthless for anybody but the first device', async () => {
    const { telegram, run } = await bot()
    await run()
    const { payload } = await codeOf(telegram)
    const mine = phone(payload)
    await until(() => mine.asked.length > 0)
    const refused: string[] = []
    const other = node({
      url: payload.url,
      bootstrapToken: payload.bootstrapToken,
      onStatus: (status) => refused.push(JSON.stringify(status)),
    })
    await until(() => refused.some((status) => /bound|another device/.test(status)))
    expect(other.asked).toEqual([])
  })

  it('uses a code that was made before the gateway was restarted', async () => {
    const { telegram, run } = await bot()
    const gateway = await run()
    const { payload } = await codeOf(telegram)
    await gateway.stop()
    await run()
    const { asked } = phone(payload)
    await until(() => asked.length > 0)
  })

  it('is shown before anything is approved, and the difference when it is another device', async () => {
    const { telegram, here, run } = await bot({ owners: ['1001'] })
    telegram.fault({
      method: 'sendMessage',
      chatId: ANN,
      effect: { kind: 'error', status: 403, description: 'Forbidden: for now' },
    })
    const { url } = await run()
    const kitchen = node({ url, token: tokenOf(here) })
    await until(() => kitchen.asked.length > 0)
    await quiet()
    telegram.clearFaults()
    const [shown] = await say(telegram, ANN, '/pair approve')
    expect(shown?.text).toContain('Name: “Kitchen”')
    expect(shown?.entities.map(({ type }) => type)).toEqual(['pre', 'code'])
    expect(shown?.text).toContain('Commands: system.which')
    await nextSecond()
    const [done] = await say(telegram, ANN, '/pair approve')
    expect(done?.text).toContain('Approved')
    await kitchen.client.ready({ timeoutMs: 5_000 })
  })

  it.each([0, 300_000, -300_000])(
    'approves nothing by what was written before it was shown, Telegram %i ms ahead',
    async (skewMs) => {
      const { telegram, here, run } = await bot({ owners: ['1001'], skewMs })
      const { url, pairing } = await run()
      await say(telegram, ANN, '/pair help')
      // They press the button early: it is sent, and on its way while the card comes.
      await nextSecond()
      const date = Math.floor((Date.now() + skewMs) / 1_000)
      const kitchen = node({ url, token: tokenOf(here) })
      await until(() => telegram.sent.some(({ text }) => text.startsWith('A device asks to ')))
      await quiet()
      const from = { id: ANN, is_bot: false, first_name: 'Ann' }
      const chat = { id: ANN, type: 'private', first_name: 'Ann' }
      const message = { message_id: 9_000, date, from, chat, text: '/pair approve' }
      const before = sentTo(telegram, ANN).length
      telegram.push({ message })
      await until(() => sentTo(telegram, ANN).length > before)
      expect(sentTo(telegram, ANN).at(-1)?.text).toContain('before you were shown')
      expect(await pairing.devices().pairing.list(ROOT)).toMatchObject({ devices: [] })
      await nextSecond()
      const [done] = await say(telegram, ANN, '/pair approve')
      expect(done?.text).toContain('Approved')
      await kitchen.client.ready({ timeoutMs: 5_000 })
    },
  )

  it('chooses among several by number', async () => {
    const { telegram, here, run } = await bot({ owners: ['1001'] })
    const { url } = await run()
    const kitchen = node({ url, token: tokenOf(here) })
    const hall = node({ url, token: tokenOf(here), name: 'Hall' })
    await until(() => kitchen.asked.length > 0 && hall.asked.length > 0)
    await quiet(600)
    const [list] = await say(telegram, ANN, '/pair approve')
    const number = /(\d+)\.\nName: “Hall”/.exec(list?.text ?? '')?.[1]
    expect(list?.text).toMatch(/2 devices wait/)
    await nextSecond()
    const [done] = await say(telegram, ANN, `/pair approve ${String(number)}`)
    expect(done?.text).toContain('Approved: “Hall”')
    await hall.client.ready({ timeoutMs: 5_000 })
    expect(kitchen.asked.length).toBeGreaterThan(0)
  })

  it('reads a QR code in letters of one width', async () => {
    const { telegram, run } = await bot()
    await run()
    const [, picture] = await say(telegram, ANN, '/pair qr', 2)
    const [pre] = picture?.entities ?? []
    expect(pre?.type).toBe('pre')
    expect(picture?.text.slice(pre?.offset)).toMatch(/^[█▀▄ \n]+$/)
  })

  it('is heard by the name of the bot as well, and offered the command', async () => {
    const { telegram, run } = await bot()
    await run()
    expect((await say(telegram, ANN, '/PAIR@our_bot help'))[0]?.text).toContain('/pair qr')
    await until(() => telegram.commandsIn(ANN).length === 1)
    await say(telegram, GUEST, '/pair')
    expect(telegram.commandsIn(GUEST)).toEqual([])
  })

  it('hears the three ways out where no address is found', async () => {
    const { telegram, here, run } = await bot({ config: { plugins: {} } })
    await run()
    const [answer] = await say(telegram, ANN, '/pair')
    expect(answer?.text).toMatch(/^No code can be made yet: [^:]+\.$/m)
    expect(answer?.text).toContain(
      `on the gateway's machine; what is written goes into ${here.configPath}`,
    )
    expect(answer?.text.match(/^- /gm)).toHaveLength(3)
    const off = { plugins: { entries: { 'device-pair': { enabled: false } } } }
    const second = await bot({ config: off })
    await second.run()
    const [refusal] = await say(second.telegram, ANN, '/pair')
    expect(refusal?.text).toContain('switched off')
    expect(refusal?.text).toContain(`enabled: true into ${second.here.configPath}`)
  })

  it('who is one no more approves nothing, at once', async () => {
    const { telegram, here, run } = await bot({ owners: [] })
    const { url, pairing } = await run()
    const ann = { channel: 'telegram' as never, senderId: '1001' as never }
    await pairing.people.addOwner(ROOT, ann)
    const kitchen = node({ url, token: tokenOf(here) })
    await until(() => kitchen.asked.length > 0)
    await say(telegram, ANN, '/pair approve')
    await pairing.people.allow(ROOT, { ...ann, account: 'default' as never })
    const desk = await owner(here)
    await desk.people.removeOwner(ROOT, ann)
    const [refused] = await say(telegram, ANN, '/pair approve')
    expect(refused?.text).toBe('This command is not available.')
    const lists = await pairing.devices().pairing.list(ROOT)
    expect(lists).toMatchObject({ devices: [] })
    await until(() => telegram.commandsIn(ANN).length === 0)
  })
})

describe('whoever is no owner', () => {
  it('is told that there is no such command, approved or not', async () => {
    const { telegram, here, run, told } = await bot()
    const { url } = await run()
    const kitchen = node({ url, token: tokenOf(here) })
    await until(() => kitchen.asked.length > 0)
    const id = kitchen.asked[0]?.requestId ?? ''
    for (const words of ['', ' qr', ' approve', ` approve ${id}`, ' status']) {
      const [answer] = await say(telegram, GUEST, `/pair${words}`)
      expect(answer?.text).toBe('This command is not available.')
    }
    const [challenge] = await say(telegram, STRANGER, '/pair approve')
    expect(challenge?.text).toMatch(/pairing approve telegram [A-HJ-NP-Z2-9]{8}/)
    telegram.message(STRANGER, '/pair')
    await quiet()
    expect(sentTo(telegram, STRANGER)).toHaveLength(1)
    expect(told).toEqual([])
    expect(kitchen.asked.length).toBeGreaterThan(0)
  })

  it('in a group hears the same as its owner: once a minute, that it is not for groups', async () => {
    const { telegram, run, told } = await bot()
    const gateway = await run()
    telegram.group(GROUP, ANN, '/pair')
    telegram.group(GROUP, STRANGER, '/pair@our_bot approve')
    telegram.group(GROUP, ANN, '/pair status')
    telegram.group(GROUP, ANN, '/pair@other_bot')
    telegram.group(GROUP - 1, ANN, '/pair@other_bot')
    telegram.group(GROUP - 1, ANN, 'what does /pair do')
    await until(() => sentTo(telegram, GROUP).length === 1)
    await quiet()
    expect(sentTo(telegram, GROUP).map(({ text }) => text)).toEqual([
      'This command is not available here.',
    ])
    expect(sentTo(telegram, GROUP - 1)).toEqual([])
    expect(sentTo(telegram, ANN)).toEqual([])
    expect(told).toEqual([])
    const codes = await gateway.pairing.devices().pairing.setup.list(ROOT)
    expect(codes).toEqual([])
  })
})

describe('what must not be done', () => {
  it('is done by no edit, no forwarded message, and no update that comes again', async () => {
    const { telegram, run } = await bot()
    const gateway = await run()
    const codes = async () => {
      const found = await gateway.pairing.devices().pairing.setup.list(ROOT)
      return 'outcome' in found ? -1 : found.length
    }
    const hello = telegram.message(ANN, 'hello')
    telegram.edit(hello, '/pair')
    const { update } = telegram.message(ANN, '/start')
    const message = update['message'] as object
    const origin = { type: 'user', sender_user: { id: STRANGER }, date: 1 }
    const before = sentTo(telegram, ANN).length
    telegram.push({
      message: { ...message, message_id: 900, text: '/pair', forward_origin: origin },
    })
    await until(() => sentTo(telegram, ANN).length > before)
    expect(sentTo(telegram, ANN).at(-1)?.text).toContain('forwarded')
    expect(await codes()).toBe(0)
    const written = telegram.message(ANN, '/pair')
    await until(() => sentTo(telegram, ANN).length >= before + 3)
    telegram.redeliver(written.updateId ?? 0)
    await quiet()
    expect(await codes()).toBe(1)
    await gateway.stop()
    telegram.restartIds(1)
    telegram.push({ ...written.update })
    await run()
    await quiet(800)
    expect(sentTo(telegram, ANN)).toHaveLength(before + 3)
  })
})

describe('an owner in the web chat', () => {
  it('pairs a device the same way', async () => {
    const { here, run } = await bot({ owners: [] })
    const gateway = await run()
    const ann = visitor(gateway.url)
    const id = await ann.session()
    await gateway.pairing.people.addOwner(ROOT, {
      channel: 'webchat' as never,
      senderId: id as never,
    })
    await ann.listen()
    await ann.say('/pair')
    await until(() => ann.texts().length >= 2)
    const code = ann.entries.find((entry) => entry['copyable'] === entry['text'])
    const read = readSetupCode(String(code?.['text']))
    if (!read.ok) throw new Error(read.fault)
    const { client, asked } = phone(read.payload)
    await until(() => asked.length > 0)
    await quiet()
    await ann.say('/pair approve')
    await quiet()
    if (!ann.texts().join().includes('Approved')) await ann.say('/pair approve')
    await until(() => ann.texts().join().includes('Approved: “Kitchen”'))
    await client.ready({ timeoutMs: 5_000 })
    const guest = visitor(gateway.url)
    const guestId = await guest.session()
    await allow(here, guestId as never)
    await guest.listen()
    await guest.say('/pair')
    await until(() => guest.texts().includes('This command is not available.'))
  })
})
