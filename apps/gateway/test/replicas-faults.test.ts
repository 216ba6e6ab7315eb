import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AccountId, ChannelName, SenderId } from '@openclaw/pairing-contracts'
import { startTelegramEmulator, type TelegramEmulator } from '@openclaw-pairing/emulators'
import { openProxy, startServer, type TestServer } from '@openclaw-pairing/postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { builtGateway, type Cluster, cluster, type StartOptions } from './replicas-support.ts'
import { ROOT, until } from './support.ts'

let server: TestServer

beforeAll(async () => {
  builtGateway()
  server = await startServer()
})
afterAll(() => server.stop())

const ANN = {
  channel: 'telegram' as ChannelName,
  account: 'default' as AccountId,
  senderId: '7' as SenderId,
}

async function bot(): Promise<TelegramEmulator> {
  const telegram = await startTelegramEmulator()
  onTestFinished(telegram.close)
  return telegram
}

const channelsOf = ({ token: botToken, url: apiRoot }: TelegramEmulator) => ({
  telegram: { botToken, apiRoot },
})

/** Polls that the platform ended because another one came: two were connected at once. */
const conflicts = ({ calls }: TelegramEmulator): number =>
  calls.filter(({ method, status }) => method === 'getUpdates' && status === 409).length

const textsTo = ({ sent }: TelegramEmulator, chatId: number): readonly string[] =>
  sent.filter((each) => each.chatId === chatId).map(({ text }) => text)

/** An agent that keeps the first delivery of each message until it is let go, and answers the others at once. */
async function agent() {
  const ids: string[] = []
  const kept: ServerResponse[] = []
  const http = createServer((request, response) => {
    request.resume().on('end', () => {
      const id = String(request.headers['webhook-id'])
      const isFirst = !ids.includes(id)
      ids.push(id)
      response.writeHead(200, { 'content-type': 'text/plain' })
      if (isFirst) kept.push(response)
      else response.end('the answer')
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  const url = `http://127.0.0.1:${String((http.address() as AddressInfo).port)}/agent`
  const secret = `whsec_${Buffer.from('a secret of 24 bytes or more').toString('base64')}`
  return { ids, kept, config: { agent: { kind: 'webhook', url, secret, timeoutMs: 60_000 } } }
}

/** Gateways on the server; Ann is let in. */
async function gateways(config: Readonly<Record<string, unknown>>): Promise<Cluster> {
  const all = cluster(server.url, config)
  onTestFinished(all.end)
  const desk = await all.desk()
  expect(await desk.people.allow(ROOT, ANN)).toMatchObject({ outcome: 'done' })
  return all
}

/** Starts one, and waits until it has the bot. */
async function connected(all: Cluster, options: StartOptions = {}) {
  const replica = await all.start(options)
  await until(async () => (await replica.account('telegram'))?.state === 'connected', 20_000)
  return replica
}

describe('an account of several gateways', () => {
  it('is given up by one that is cut off from the database before another polls, and its late answer is not sent', async () => {
    const [telegram, answering] = [await bot(), await agent()]
    const all = await gateways({ channels: channelsOf(telegram), pairing: answering.config })
    const proxy = await openProxy(server.url)
    onTestFinished(proxy.close)
    const one = await connected(all, { storeUrl: proxy.url })
    const two = await all.start()
    telegram.message(7, 'a question')
    await until(() => answering.kept.length === 1)
    proxy.pause()
    await until(async () => (await two.account('telegram'))?.state === 'connected', 15_000)
    await until(() => textsTo(telegram, 7).length === 1)
    answering.kept[0]?.end('too late')
    expect((await one.account('telegram'))?.state).not.toBe('connected')
    expect(await one.isReady()).toBe(false)
    proxy.resume()
    await until(async () => (await one.account('telegram'))?.state === 'standby', 20_000)
    expect(textsTo(telegram, 7)).toEqual(['the answer'])
    expect(new Set(answering.ids).size).toBe(1)
    expect(conflicts(telegram)).toBe(0)
    const said = (event: string) => one.lines().filter((line) => line['event'] === event)
    expect(said('account-lost')).toHaveLength(1)
    expect(said('message-handed-over')).toHaveLength(1)
    expect(said('message-lost')).toEqual([])
  }, 60_000)

  it('is taken over with what its agent had not answered when the gateway was killed or stopped', async () => {
    const [telegram, answering] = [await bot(), await agent()]
    const all = await gateways({ channels: channelsOf(telegram), pairing: answering.config })
    const one = await connected(all)
    const two = await all.start()
    telegram.message(7, 'a question')
    await until(() => answering.kept.length === 1)
    await one.kill()
    await until(() => textsTo(telegram, 7).length === 1, 15_000)
    telegram.message(7, 'another')
    await until(() => answering.kept.length === 2)
    await all.start()
    await two.stop()
    await until(() => textsTo(telegram, 7).length === 2)
    expect(textsTo(telegram, 7)).toEqual(['the answer', 'the answer'])
    expect(new Set(answering.ids).size).toBe(2)
  }, 60_000)

  it('is left to the others by one that can never connect it, which says why and is ready all the same', async () => {
    const telegram = await bot()
    const all = await gateways({ channels: channelsOf(telegram) })
    const wrong = { telegram: { botToken: `${telegram.token}x`, apiRoot: telegram.url } }
    const one = await all.start({ config: { channels: wrong } })
    await until(async () => (await one.account('telegram'))?.state === 'failed')
    expect(await one.isReady()).toBe(false)
    await connected(all)
    await until(one.isReady)
    const { state, lastError } = (await one.account('telegram')) ?? {}
    expect(state).toBe('standby')
    expect(lastError).toContain('token')
    telegram.message(7, 'hello')
    await until(() => textsTo(telegram, 7).includes('echo: hello'))
  }, 60_000)

  it('is worth a word when devices would be asked for different tokens', async () => {
    const all = await gateways({})
    const env = { OPENCLAW_GATEWAY_TOKEN: '' }
    const one = await all.start({ env })
    const said = (event: string) => one.lines().filter((line) => line['event'] === event)
    expect(said('gateway-token-drawn-here')).toHaveLength(1)
    await all.start({ env })
    await until(() => said('gateways-have-different-tokens').length === 1)
    expect(JSON.stringify(said('gateways-have-different-tokens'))).toContain(
      'OPENCLAW_GATEWAY_TOKEN',
    )
  })
})
