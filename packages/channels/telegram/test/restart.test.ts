import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TelegramEmulator } from '@openclaw-pairing/emulators'
import { afterEach, expect, it } from 'vitest'
import { closeAll, emulate, pause, until } from './bench.ts'

/** More with OPENCLAW_KILL_ROUNDS. */
const ROUNDS = Number(process.env['OPENCLAW_KILL_ROUNDS'] ?? 3)
const PEOPLE = [200_001, 200_002, 200_003]
const CHILD = fileURLToPath(new URL('./gateway-child.ts', import.meta.url))

let child: ChildProcess | undefined
afterEach(async () => {
  child?.kill('SIGKILL')
  await closeAll()
})

function startChild({ token, url }: TelegramEmulator, folder: string): ChildProcess {
  const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
  child = spawn(process.execPath, [...flags, CHILD, token, url, folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return child
}

async function end(running: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const exited = once(running, 'exit')
  running.kill(signal)
  await exited
}

it('killed again and again, it answers nobody twice and loses nothing in silence', async () => {
  const emulator = await emulate()
  const folder = await mkdtemp(join(tmpdir(), 'telegram-kill-'))
  const written: { key: string; text: string }[] = []
  const writer = setInterval(() => {
    if (emulator.pending().length > 40) return
    const from = PEOPLE[written.length % PEOPLE.length] ?? 0
    const text = `${from} says ${String(written.length).padStart(5, '0')}`
    written.push({ key: `${from}:${emulator.message(from, text).messageId}`, text })
  }, 3)
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = emulator.sent.length
    const running = startChild(emulator, folder)
    await until(() => emulator.sent.length > before + 3, 'answers')
    await pause(Math.random() * 150)
    await end(running, 'SIGKILL')
  }
  clearInterval(writer)
  const last = startChild(emulator, folder)
  await until(() => emulator.pending().length === 0, 'everything to be handled')
  await end(last, 'SIGTERM')

  const answers = emulator.sent.map(({ text }) => text)
  const answered = new Set(answers)
  const reported = (await readFile(join(folder, 'log'), 'utf8').catch(() => '')).split('\n')
  const unanswered = written.filter(({ text }) => !answered.has(`re: ${text}`))
  expect(answered.size).toBe(answers.length)
  // The host knows a message by the bot's id as well.
  const interrupted = reported.map((line) => /^message-interrupted \d+:(.+)$/.exec(line)?.[1])
  for (const { key } of unanswered) expect(interrupted).toContain(key)
  for (const person of PEOPLE) {
    const theirs = answers.filter((text) => text.startsWith(`re: ${person}`))
    expect(theirs).toEqual([...theirs].sort())
  }
  expect(answers.length).toBeGreaterThan(ROUNDS * 4)
  expect(unanswered.length).toBeLessThanOrEqual(ROUNDS * PEOPLE.length)
  await rm(folder, { recursive: true })
})

it('started again after a stop, it handles nothing twice even without a memory of its own', async () => {
  const emulator = await emulate()
  const folder = await mkdtemp(join(tmpdir(), 'telegram-stop-'))
  const running = startChild(emulator, folder)
  for (let n = 0; n < 20; n += 1) emulator.message(200_001, `before ${n}`)
  await until(() => emulator.sent.length === 20, 'the answers')
  await end(running, 'SIGTERM')
  expect(emulator.pending()).toEqual([])
  await rm(join(folder, 'work'))
  emulator.message(200_001, 'after')
  const again = startChild(emulator, folder)
  await until(() => emulator.sent.length > 20, 'the next answer')
  await end(again, 'SIGTERM')
  expect(emulator.sent.slice(20).map(({ text }) => text)).toEqual(['re: after'])
  await rm(folder, { recursive: true })
})
