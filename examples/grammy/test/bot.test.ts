import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { telegramAddress } from '@openclaw/channel-telegram'
import { openPairing } from '@openclaw/pairing/node'
import { startTelegramEmulator } from '@openclaw-pairing/emulators'
import { afterEach, expect, it } from 'vitest'

const BOT = fileURLToPath(new URL('../src/bot.ts', import.meta.url))
const STRANGER = { id: 300_001, firstName: 'Alice', username: 'alice_t' }

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

/** All that a bot printed. */
function said(bot: ChildProcess): { readonly text: () => string } {
  let text = ''
  for (const stream of [bot.stdout, bot.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => (text += part))
  }
  return { text: () => text }
}

function startBot(env: NodeJS.ProcessEnv): ChildProcess {
  const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
  const bot = spawn(process.execPath, [...flags, BOT], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  cleanUp.push(async () => bot.kill('SIGKILL'))
  return bot
}

it('answers a stranger with a code, and after the approval lets them in', async () => {
  const emulator = await startTelegramEmulator()
  cleanUp.push(emulator.close)
  const folder = await mkdtemp(join(tmpdir(), 'grammy-example-'))
  cleanUp.push(() => rm(folder, { recursive: true }))
  const place = { HOME: folder, OPENCLAW_STATE_DIR: join(folder, 'state') }
  const telegram = { TELEGRAM_BOT_TOKEN: emulator.token, TELEGRAM_API_ROOT: emulator.url }
  const bot = startBot({ PATH: process.env['PATH'], ...place, ...telegram })

  emulator.message(STRANGER, 'hello')
  await until(() => emulator.sent.length === 1, 'the code')
  emulator.message(STRANGER, 'hello?')
  emulator.group(-100_200, STRANGER, 'hello all')

  const owner = await openPairing({ env: { ...place, ...telegram } })
  cleanUp.push(owner.close)
  const code = /[A-HJ-NP-Z2-9]{8}/.exec(emulator.sent[0]?.text ?? '')?.[0] ?? ''
  expect(emulator.sent[0]?.entities).toMatchObject([{ type: 'code', length: 8 }])
  const actor = { kind: 'root', user: 'test' } as const
  const approval = await owner.people.approve(actor, { ...telegramAddress(), typed: code })
  expect(approval).toMatchObject({ outcome: 'approved', sender: { senderId: '300001' } })
  await until(() => emulator.sent.length === 2, 'the notice')

  emulator.message(STRANGER, 'now?')
  await until(() => emulator.sent.length === 3, 'the answer')
  expect(emulator.sent[2]?.text).toBe('You said: now?')
  expect(emulator.sent.map(({ chatId }) => chatId)).toEqual([300_001, 300_001, 300_001])

  const exited = once(bot, 'exit')
  bot.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

it.each([
  ['is missing', '', /^[^\n]+token[^\n]+\n$/],
  ['is none', 'sesame', /^[^\n]+token[^\n]+\n$/],
  ['is refused', `9999999999:${'A'.repeat(35)}`, /^[^\n]+401[^\n]+\n$/],
])('ends with one plain line where the token %s', async (_, token, line) => {
  const emulator = await startTelegramEmulator()
  cleanUp.push(emulator.close)
  const folder = await mkdtemp(join(tmpdir(), 'grammy-example-'))
  cleanUp.push(() => rm(folder, { recursive: true }))
  const telegram = { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: emulator.url }
  const bot = startBot({ PATH: process.env['PATH'], HOME: folder, ...telegram })
  const printed = said(bot)
  expect(await once(bot, 'close')).toEqual([1, null])
  expect(printed.text()).toMatch(line)
  expect(printed.text()).not.toContain('AAAA')
})

it('prints one plain line without the token where an answer cannot be sent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'grammy-example-'))
  cleanUp.push(() => rm(folder, { recursive: true }))
  const emulator = await startTelegramEmulator()
  cleanUp.push(emulator.close)
  const { token, url } = emulator
  const place = { HOME: folder, OPENCLAW_STATE_DIR: join(folder, 'state') }
  const telegram = { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: url }
  const bot = startBot({ PATH: process.env['PATH'], ...place, ...telegram })
  const printed = said(bot)
  emulator.message(STRANGER, 'hello')
  await until(() => emulator.sent.length === 1, 'the code')
  const owner = await openPairing({ env: { ...place, ...telegram } })
  cleanUp.push(owner.close)
  const code = /[A-HJ-NP-Z2-9]{8}/.exec(emulator.sent[0]?.text ?? '')?.[0] ?? ''
  await owner.people.approve({ kind: 'root', user: 'test' }, { ...telegramAddress(), typed: code })
  await until(() => emulator.sent.length === 2, 'the notice')
  emulator.fault({ method: 'sendMessage', effect: { kind: 'drop', when: 'before' }, times: 1 })
  emulator.message(STRANGER, 'now?')
  await until(() => printed.text() !== '', 'the complaint')
  const [, secret = ''] = token.split(':')
  expect(printed.text()).not.toContain(secret)
  expect(printed.text()).toMatch(/^[^\n]+sendMessage[^\n]+\n$/)
})
