import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import * as web from '../src/web.ts'
import { closeAll, emulate, linkedSession, until } from './web/bench.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const readme = await readFile(here('../README.md'), 'utf8')
const example = here(`./web-readme-example-${String(process.pid)}.ts`)

let child: ChildProcess | undefined
afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(example, { force: true })
  await closeAll()
})

it('shows an example of a linked device that runs', async () => {
  const emulator = await emulate()
  const { files } = await linkedSession(emulator)
  const stateDir = join(files.folder, '../..')
  await cp(emulator.library, join(stateDir, 'libraries/node_modules/baileys'), { recursive: true })
  const [, second] = [...readme.matchAll(/```ts\n([\s\S]+?)```/g)].map(([, text]) => text ?? '')
  await writeFile(example, second ?? '')
  const env = { ...process.env, BOT_DIR: stateDir, WEB_SOCKET_URL: emulator.url }
  const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
  child = spawn(process.execPath, [...flags, example], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await until(() => emulator.connections() === 1, 'the connection')
  emulator.message(1, 'hello')
  await until(() => emulator.sent.length > 0, 'the answer')
  expect(emulator.sent.map(({ text }) => text)).toEqual(['hello'])
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

it('names every export, error code and wait of the linked device', async () => {
  const source = await readFile(here('../src/web.ts'), 'utf8')
  const types = [...source.matchAll(/type (\w+)|^ {2}(\w+),$/gm)].map(([, a, b]) => a ?? b ?? '')
  const isNamedByCode = (name: string): boolean =>
    /^Web[A-Z]\w+(?:Refused|Damaged|Invalid)$/.test(name)
  for (const name of [...Object.keys(web), ...types].filter((each) => !isNamedByCode(each)))
    expect(readme).toMatch(new RegExp(`\`${name}\\b`))
  const codes = await readFile(here('../src/web/errors.ts'), 'utf8')
  for (const [code] of codes.matchAll(/ERR_\w+/g)) expect(readme).toContain(`\`${code}\``)
  expect(web.WEB_TIMING).toMatchObject({ ackMs: 250, sendMs: 15_000, backoffMs: 2_000 })
  expect(web.WEB_TIMING.maxBackoffMs).toBe(120_000)
})

it('names every event of the linked device that is logged', async () => {
  const sources = await Promise.all(
    (await readdir(here('../src/web'))).map((name) => readFile(here(`../src/web/${name}`), 'utf8')),
  )
  const events = [...sources.join('\n').matchAll(/'(whatsapp-[a-z-]+)'/g)]
  expect(events.length).toBeGreaterThan(10)
  for (const [, event] of events) expect(readme).toContain(`\`${event}\``)
})
