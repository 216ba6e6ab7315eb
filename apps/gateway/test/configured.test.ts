import { startDiscordEmulator, startTelegramEmulator } from '@openclaw-pairing/emulators'
import { describe, expect, it, onTestFinished } from 'vitest'
import { place, start, until } from './support.ts'

const ALICE = 200_001
const ADA = '200000000000000001'

async function telegramOf(keys: object, root: object = {}) {
  const emulator = await startTelegramEmulator()
  onTestFinished(emulator.close)
  const { token: botToken, url: apiRoot } = emulator
  const telegram = { botToken, apiRoot, dmPolicy: 'allowlist', allowFrom: [String(ALICE)], ...keys }
  const here = place({ ...root, channels: { telegram } })
  return { emulator, here }
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, n) => `This is line ${String(n)}.`).join('\n')

describe('an answer of the agent', () => {
  it('arrives in pieces as long as the configuration says, in order', async () => {
    const { emulator, here } = await telegramOf({ textChunkLimit: 150, chunkMode: 'newline' })
    const agent = async () => lines(30)
    await start(here, { agent })
    emulator.message(ALICE, 'tell me')
    await until(() => emulator.sent.some(({ text }) => text.includes('line 29.')))
    const sent = emulator.sent.map(({ text }) => text.trim())
    expect(sent.length).toBeGreaterThan(3)
    for (const text of sent) expect(text.length).toBeLessThanOrEqual(150)
    expect(sent.join('\n')).toBe(lines(30))
  })

  it('has as many lines on Discord as the configuration says', async () => {
    const emulator = await startDiscordEmulator({ identifyMs: 0 })
    onTestFinished(emulator.close)
    const { token, url: apiRoot } = emulator
    const discord = {
      token,
      apiRoot,
      dmPolicy: 'allowlist',
      allowFrom: [ADA],
      maxLinesPerMessage: 8,
    }
    const here = place({ channels: { discord } })
    const { readiness } = await start(here, { agent: async () => lines(20) })
    await until(async () =>
      (await readiness()).channels.some(
        ({ channel, state }) => channel === 'discord' && state === 'connected',
      ),
    )
    emulator.message(ADA, 'tell me')
    await until(() => emulator.sent.some(({ text }) => text.includes('line 19.')))
    const counts = emulator.sent.map(({ text }) => text.trim().split('\n').length)
    expect(counts).toEqual([8, 8, 4])
  })

  it('that did not arrive is tried as often as the configuration says', async () => {
    const retry = { attempts: 2, minDelayMs: 10, maxDelayMs: 10, jitter: 0 }
    const { emulator, here } = await telegramOf({ retry })
    await start(here, { agent: async () => 'answer' })
    emulator.fault({ method: 'sendMessage', effect: { kind: 'rate-limit', retryAfter: 0 } })
    emulator.message(ALICE, 'hello')
    const tries = () => emulator.calls.filter(({ method }) => method === 'sendMessage').length
    await until(() => tries() === 2)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(tries()).toBe(2)
  })
})

describe('a key without effect', () => {
  it('is said once at the start, with its place, where an owner would expect one', async () => {
    const groups = { '*': { requireMention: true } }
    const { here } = await telegramOf({ groups, mediaMaxMb: 5 })
    const gateway = await start(here)
    const said = gateway.lines.filter(({ event }) => event === 'config-problem')
    expect(said.map(({ path }) => path)).toEqual(['channels.telegram.groups'])
  })

  it('and one with an effect that was changed needs a restart, which is said without its value', async () => {
    const { emulator, here } = await telegramOf({})
    const { lines: log, raw } = await start(here)
    const { token: botToken, url: apiRoot } = emulator
    const proxy = 'http://me:hunter2@127.0.0.1:1'
    here.configure({ channels: { telegram: { botToken, apiRoot, proxy, textChunkLimit: 500 } } })
    await until(() => log.some(({ event }) => event === 'config-needs-restart'))
    expect(log.filter(({ event }) => event === 'config-needs-restart')).toMatchObject([
      { part: 'channels.telegram' },
    ])
    expect(raw.join('')).not.toContain('hunter2')
  })
})
