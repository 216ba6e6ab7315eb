import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DiscordEmulator, startDiscordEmulator } from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'
import { type RunningGateway, runGateway } from './support/gateway.ts'

const ADA = { id: '200000000000000001', username: 'ada', globalName: '**Ada** https://x.example' }

let home: Home
let discord: DiscordEmulator
let gateway: RunningGateway | undefined
beforeEach(async () => {
  home = await emptyHome()
  discord = await startDiscordEmulator({ identifyMs: 0 })
  await configure({ apiRoot: discord.url, token: discord.token })
})
afterEach(async () => {
  gateway?.stop()
  gateway = undefined
  await discord.close()
  await home.remove()
})

async function configure(section: object): Promise<void> {
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  const config = JSON.stringify({ channels: { discord: section } })
  await writeFile(join(home.stateDir, 'openclaw.json'), config, { mode: 0o600 })
}

/** Until a session stands: Discord keeps nothing for a bot that was never there. */
async function start(): Promise<RunningGateway> {
  const before = discord.entrances.length
  gateway = await runGateway(home)
  await soon(() => expect(discord.entrances.length).toBeGreaterThan(before))
  return gateway
}

const soon = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 15_000 })
const texts = (): readonly string[] => discord.sent.map(({ text }) => text)
const sent = (count: number) =>
  soon(() => expect(discord.sent.length).toBeGreaterThanOrEqual(count))
/** The code, and the notice that they were approved. */
const notEchoed = (): readonly string[] => texts().filter((text) => !text.includes('echo: '))
const codeIn = (text = ''): string => /[A-HJ-NP-Z2-9]{8}/.exec(text)?.[0] ?? ''

/** Discord is gone for a moment; what people write meanwhile belongs to the session. */
async function cutAway(): Promise<void> {
  await discord.pause()
  setTimeout(() => void discord.resume(), 300)
}

describe('a stranger on Discord', () => {
  it.each([
    ['', async () => {}],
    [', with the connection cut at each step', cutAway],
  ])(
    'gets a code, is approved in another process, told and answered%s',
    async (_, before) => {
      await start()
      discord.inGuild('700000000000000001', ADA, 'not here')
      discord.groupDm('700000000000000002', ADA, 'nor here')
      await before()
      discord.message(ADA, 'hello')
      await sent(1)
      expect(texts()[0]).toContain(`Your Discord user id: ${ADA.id}`)
      const code = codeIn(texts()[0])
      expect(discord.sent[0]).toMatchObject({ channel: discord.directOf(ADA.id), markup: [] })
      expect(discord.sent[0]?.code).toContain(code)
      expect(texts()[0]).toContain(`openclaw pairing approve discord ${code}`)
      await before()
      discord.message(ADA, 'anybody there?')
      expect(await home.json(['pairing', 'list', 'discord'])).toMatchObject({
        channel: 'discord',
        requests: [{ id: ADA.id, code, meta: { username: 'ada' } }],
      })
      await before()
      expect(await home.run(['pairing', 'approve', 'discord', code])).toMatchObject({ exit: 0 })
      await soon(() => expect(notEchoed()).toHaveLength(2))
      await before()
      discord.message(ADA, 'are you *there*?')
      await soon(() => expect(texts()).toContain('echo: are you *there*?'))
      expect(notEchoed()).toHaveLength(2)
      expect(new Set(texts()).size).toBe(texts().length)
      expect(discord.sent.flatMap(({ markup }) => markup)).toEqual([])
      expect(discord.entrances.filter(({ kind }) => kind === 'identify')).toHaveLength(1)
      await soon(async () => {
        const { allowed } = (await home.json(['pairing', 'allowed', 'discord'])) as {
          allowed: unknown
        }
        expect(allowed).toMatchObject([{ id: ADA.id, notice: { state: 'sent' } }])
      })
    },
    60_000,
  )

  it('keeps code, notice and answer through a killed gateway and a session that is lost', async () => {
    const { stop } = await start()
    const hello = discord.message(ADA, 'hello')
    await sent(1)
    // How far Discord was read is at most a second old.
    const position = join(home.stateDir, 'discord', 'position-default.json')
    await soon(async () => expect(await readFile(position, 'utf8')).toContain(hello.id))
    stop()
    const code = codeIn(texts()[0])
    expect(await home.run(['pairing', 'approve', 'discord', code])).toMatchObject({ exit: 0 })
    const { id } = discord.message(ADA, 'while you were away')
    const second = await start()
    await sent(3)
    await soon(async () => expect(await readFile(position, 'utf8')).toContain(id))
    second.stop()
    discord.expire()
    discord.message(ADA, 'much later')
    await start()
    await sent(4)
    for (const text of ['while you were away', 'much later'])
      expect(texts().filter((each) => each.includes(text))).toHaveLength(1)
    expect(texts()).toHaveLength(4)
  }, 60_000)

  it('is one of a thousand, who get no more than three codes', async () => {
    expect(await home.run(['pairing', 'allow', 'discord', ADA.id, '--yes'])).toMatchObject({
      exit: 0,
    })
    await start()
    for (let who = 0; who < 1_000; who += 1)
      discord.message(String(300_000_000_000_000_000n + BigInt(who)), 'let me in')
    discord.message(ADA, 'and me')
    await soon(() => expect(texts()).toContain('echo: and me'))
    await sent(4)
    await soon(async () => {
      const list = await home.json(['pairing', 'list', 'discord'])
      expect(list).toMatchObject({ requests: [{}, {}, {}], turnedAway: { count: 997 } })
    })
    expect(discord.sent).toHaveLength(4)
  }, 60_000)
})

it('a wrong token stops Discord alone, and doctor says where a missing one goes', async () => {
  discord.revoke()
  gateway = await runGateway(home)
  const origin = gateway.url.replace('ws', 'http')
  await soon(async () => {
    const readiness: unknown = await (await fetch(`${origin}/readyz`)).json()
    expect(JSON.stringify(readiness)).toMatch(/discord \(default\) is failed.*Reset Token/)
  })
  expect((await fetch(`${origin}/chat`)).status).toBe(200)
  // No number of refused requests that Discord would ban the address for.
  expect(discord.calls.filter(({ status }) => status === 401)).toHaveLength(1)
  await configure({})
  const { findings } = (await home.json(['doctor'])) as { findings: { id: string; fix: string }[] }
  const finding = findings.find(({ id }) => id === 'discord-token')
  expect(finding?.fix).toMatch(/discord\.com\/developers.*channels\.discord\.token/)
})

it('doctor misses no token that the running gateway has in its own environment', async () => {
  const token = async () => {
    const { findings } = (await home.json(['doctor'])) as { findings: { id: string }[] }
    return findings.filter(({ id }) => id === 'discord-token').length
  }
  await configure({ apiRoot: discord.url })
  expect(await token()).toBe(1)
  gateway = await runGateway(home, { DISCORD_BOT_TOKEN: discord.token })
  await vi.waitFor(async () => expect(await token()).toBe(0), { timeout: 15_000 })
})
