import type { SenderId } from '@openclaw/pairing-contracts'
import { startSlackEmulator } from '@openclaw-pairing/emulators'
import { startServer, type TestServer } from '@openclaw-pairing/postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { eventsTo, receiver } from './events-support.ts'
import { builtGateway, type Cluster, cluster, holderOf } from './replicas-support.ts'
import { ROOT, until } from './support.ts'

let server: TestServer

beforeAll(async () => {
  builtGateway()
  server = await startServer()
})
afterAll(() => server.stop())

function gateways(config: Readonly<Record<string, unknown>>): Cluster {
  const made = cluster(server.url, config)
  onTestFinished(made.end)
  return made
}

const CODE = /\b[A-HJ-NP-Z2-9]{8}\b/

describe('gateways that share a database', () => {
  it('take what Slack posts at any of them, and answer it once', async () => {
    const slack = await startSlackEmulator({ retryMs: [1_000, 1_000, 1_000, 1_000, 1_000, 1_000] })
    onTestFinished(slack.close)
    const { botToken, signingSecret, url: apiRoot } = slack
    const all = gateways({
      channels: { slack: { mode: 'http', botToken, signingSecret, apiRoot } },
    })
    const { holder, others } = await holderOf(
      await Promise.all([all.start(), all.start()]),
      'slack',
    )
    const [other] = others
    const url = `${other?.url ?? ''}/slack/events`
    // The challenge is answered by whoever has the account, too.
    expect(await slack.subscribe(url)).toBe(true)
    expect((await slack.post({ type: 'event_callback' }, { secret: 'wrong' })).status).toBe(401)
    slack.message('U0ANN00001', 'hello')
    await until(() => slack.sent.length === 1)
    expect(slack.sent[0]?.text).toMatch(CODE)
    await until(() => slack.posts.at(-1)?.status === 200)

    await holder.kill()
    // Nobody has it for some seconds: Slack is told to come again, and does.
    slack.message('U0BOB00001', 'hello')
    await until(() => slack.posts.some(({ status }) => status === 503))
    await until(() => slack.sent.length === 2, 20_000)
    await until(() => slack.posts.at(-1)?.status === 200)
    expect(slack.sent).toHaveLength(2)
  }, 60_000)

  it('tell each event once, whichever of them tells and is killed', async () => {
    const to = await receiver()
    const all = gateways(eventsTo(to, ['dm.allow']))
    const one = await all.start()
    const desk = await all.desk()
    const [address] = desk.config().webchat
    const allow = async (digit: number): Promise<void> => {
      const senderId = `web-${String(digit).repeat(32)}` as SenderId
      const { channel, account } = address ?? expect.fail('there is a web chat')
      await desk.people.allow(ROOT, { channel, account, senderId })
    }
    for (const digit of [1, 2, 3]) await allow(digit)
    const two = await all.start()
    await until(() => to.arrived.length >= 3)
    await one.kill()
    for (const digit of [4, 5]) await allow(digit)
    await until(() => to.arrived.length >= 5, 20_000)
    expect(two.lines().some(({ event }) => event === 'events-taken')).toBe(true)
    await all.start()
    await two.stop()
    await allow(6)
    await until(() => to.arrived.length >= 6)
    const seqs = to.arrived.map(({ data }) => Number(data['seq']))
    expect(new Set(to.arrived.map(({ id }) => id)).size).toBe(6)
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
  }, 60_000)
})
