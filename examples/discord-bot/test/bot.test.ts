import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { discordAddress } from '@openclaw/channel-discord'
import { openPairing } from '@openclaw/pairing/node'
import { startDiscordEmulator } from '@openclaw-pairing/emulators'
import { afterEach, expect, it } from 'vitest'

const BOT = fileURLToPath(new URL('../src/bot.ts', import.meta.url))
const STRANGER = '200000000000000001'

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

async function until(ready: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!ready()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function startBot(env: NodeJS.ProcessEnv): ChildProcess {
  const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
  const bot = spawn(process.execPath, [...flags, BOT], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  cleanUp.push(async () => bot.kill('SIGKILL'))
  return bot
}

it('answers a stranger with a code, and after the approval lets them in', async () => {
  const emulator = await startDiscordEmulator({ identifyMs: 0 })
  cleanUp.push(emulator.close)
  const folder = await mkdtemp(join(tmpdir(), 'discord-example-'))
  cleanUp.push(() => rm(folder, { recursive: true }))
  const place = { HOME: folder, OPENCLAW_STATE_DIR: join(folder, 'state') }
  const discord = { DISCORD_BOT_TOKEN: emulator.token, DISCORD_API_ROOT: emulator.url }
  const bot = startBot({ PATH: process.env['PATH'], ...place, ...discord })
  await until(() => emulator.entrances.length > 0, 'the session')

  emulator.message(STRANGER, 'hello')
  await until(() => emulator.sent.length === 1, 'the code')
  emulator.message(STRANGER, 'hello?')
  emulator.inGuild('300000000000000001', STRANGER, 'hello all')

  const owner = await openPairing({ env: { ...place, ...discord } })
  cleanUp.push(owner.close)
  const code = /[A-HJ-NP-Z2-9]{8}/.exec(emulator.sent[0]?.text ?? '')?.[0] ?? ''
  const actor = { kind: 'root', user: 'test' } as const
  const approval = await owner.people.approve(actor, { ...discordAddress(), typed: code })
  expect(approval).toMatchObject({ outcome: 'approved', sender: { senderId: STRANGER } })
  await until(() => emulator.sent.length === 2, 'the notice')

  emulator.message(STRANGER, 'now?')
  await until(() => emulator.sent.length === 3, 'the answer')
  expect(emulator.sent[2]?.text).toBe('You said: now?')
  const exited = once(bot, 'exit')
  bot.kill('SIGINT')
  expect(await exited).toEqual([0, null])
})
