import type { AccountId, ChannelName } from '@openclaw/pairing-contracts'
import { startTelegramEmulator, type TelegramEmulator } from '@openclaw-pairing/emulators'
import { startServer, type TestServer } from '@openclaw-pairing/postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { eventsTo, receiver } from './events-support.ts'
import { builtGateway, type Cluster, cluster, holderOf } from './replicas-support.ts'
import { ROOT, until } from './support.ts'
import { visitor } from './visitor.ts'

let server: TestServer

beforeAll(async () => {
  builtGateway()
  server = await startServer()
})
afterAll(() => server.stop())

const TELEGRAM = { channel: 'telegram' as ChannelName, account: 'default' as AccountId }
const WEBCHAT = { channel: 'webchat' as ChannelName, account: 'default' as AccountId }
const CODE = /\b[A-HJ-NP-Z2-9]{8}\b/

async function bot(): Promise<TelegramEmulator> {
  const telegram = await startTelegramEmulator()
  onTestFinished(telegram.close)
  return telegram
}

const channelsOf = ({ token: botToken, url: apiRoot }: TelegramEmulator) => ({
  telegram: { botToken, apiRoot },
})

function gateways(config: Readonly<Record<string, unknown>>): Cluster {
  const made = cluster(server.url, config)
  onTestFinished(made.end)
  return made
}

/** Polls that the platform ended because another one came: two were connected at once. */
const conflicts = ({ calls }: TelegramEmulator): number =>
  calls.filter(({ method, status }) => method === 'getUpdates' && status === 409).length

const textsTo = ({ sent }: TelegramEmulator, chatId: number): readonly string[] =>
  sent.filter((each) => each.chatId === chatId).map(({ text }) => text)

describe('gateways that share a database', () => {
  it('answer a stranger and an approved sender once, whichever of them is killed or stopped', async () => {
    const telegram = await bot()
    const to = await receiver()
    // The owner is told who waits, by whichever gateway has the bot.
    telegram.message(1001, '/start')
    const all = gateways({
      channels: channelsOf(telegram),
      commands: { ownerAllowFrom: ['telegram:1001'] },
      ...eventsTo(to),
    })
    const [one, two] = await Promise.all([all.start(), all.start()])
    const { holder, others } = await holderOf([one, two], 'telegram')
    const [other] = others
    if (other === undefined) throw new Error('there is one')
    await until(async () => (await other.account('telegram'))?.state === 'standby')
    expect(await other.isReady()).toBe(true)

    telegram.message(7, 'hello')
    await until(() => textsTo(telegram, 7).length === 1)
    const told = () => textsTo(telegram, 1001).filter((text) => text.includes('asks to write'))
    await until(() => told().length === 1)
    const code = CODE.exec(textsTo(telegram, 7)[0] ?? '')?.[0] ?? ''
    const desk = await all.desk()
    const { outcome } = await desk.people.approve(ROOT, { ...TELEGRAM, typed: code })
    expect(outcome).toBe('approved')
    await until(() => textsTo(telegram, 7).length === 2)
    telegram.message(7, 'first')
    await until(() => textsTo(telegram, 7).includes('echo: first'))

    await holder.kill()
    telegram.message(7, 'while nobody polls')
    await until(() => textsTo(telegram, 7).includes('echo: while nobody polls'), 15_000)
    const third = await all.start()
    await until(async () => (await third.account('telegram'))?.state === 'standby')
    telegram.message(7, 'before the stop')
    await until(() => textsTo(telegram, 7).includes('echo: before the stop'))
    const stopped = other.stop()
    telegram.message(7, 'after the stop')
    await stopped
    const begun = performance.now()
    await until(() => textsTo(telegram, 7).includes('echo: after the stop'))
    expect(performance.now() - begun).toBeLessThan(8_000)

    expect(textsTo(telegram, 7).slice(2)).toEqual([
      'echo: first',
      'echo: while nobody polls',
      'echo: before the stop',
      'echo: after the stop',
    ])
    expect(told()).toHaveLength(1)
    expect(conflicts(telegram)).toBe(0)
    await until(() => to.types().includes('dm.approve'), 15_000)
    const ids = to.arrived.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const seqs = to.arrived.map(({ data }) => Number(data['seq']))
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
  }, 90_000)

  it('show a page of the web chat what was said and decided at another', async () => {
    const all = gateways({})
    const [one, two] = await Promise.all([all.start(), all.start()])
    const ann = visitor(one.url)
    await ann.session()
    await ann.listen()
    const id = 'the-same-message'
    const { code } = await ann.say('hello', { base: two.url })
    await until(() => ann.texts().length === 1)
    const desk = await all.desk()
    await desk.people.approve(ROOT, { ...WEBCHAT, typed: String(code) })
    await until(() => ann.state() === 'allowed' && ann.texts().length === 2)
    // Posted twice, as a page does that lost its connection.
    await Promise.all([
      ann.say('are you there?', { id, base: one.url }),
      ann.say('are you there?', { id, base: two.url }),
    ])
    await until(() => ann.texts().includes('echo: are you there?'))
    await ann.listen(two.url)
    await ann.say('and now?', { base: one.url })
    await until(() => ann.texts().filter((text) => text === 'echo: and now?').length === 2)
    // Each of the two pages that are open now shows it once.
    expect(ann.texts().filter((text) => text === 'echo: are you there?').length).toBeLessThan(3)
  }, 60_000)
})
