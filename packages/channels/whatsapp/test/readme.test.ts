import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import * as cloud from '../src/cloud.ts'
import * as index from '../src/index.ts'
import { closeAll, emulate, until, VERIFY_TOKEN } from './bench.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const readme = await readFile(here('../README.md'), 'utf8')
const example = here(`./readme-example-${process.pid}.ts`)

let child: ChildProcess | undefined
afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(example, { force: true })
  await closeAll()
})

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return String(typeof address === 'object' ? address?.port : 0)
}

it('shows an example that runs', async () => {
  const { emulator } = await emulate()
  const port = await freePort()
  await writeFile(example, /```ts\n([\s\S]+?)```/.exec(readme)?.[1] ?? '')
  const env = {
    ...process.env,
    PORT: port,
    WHATSAPP_PHONE_NUMBER_ID: emulator.phoneNumberId,
    WHATSAPP_ACCESS_TOKEN: emulator.accessToken,
    WHATSAPP_APP_SECRET: emulator.appSecret,
    WHATSAPP_VERIFY_TOKEN: VERIFY_TOKEN,
    WHATSAPP_API_ROOT: emulator.url,
  }
  const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
  child = spawn(process.execPath, [...flags, example], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  emulator.callback(`http://127.0.0.1:${port}/whatsapp/webhook`)
  emulator.message(1, 'hello')
  await until(() => emulator.sent.length > 0, 'the answer')
  expect(emulator.sent.map(({ text }) => text)).toEqual(['hello'])
  expect(await emulator.subscribe(`http://127.0.0.1:${port}/`, VERIFY_TOKEN)).toBe(true)
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

it('names every export, error code and wait', async () => {
  const sources = await Promise.all(
    ['index', 'cloud'].map((name) => readFile(here(`../src/${name}.ts`), 'utf8')),
  )
  const types = [...sources.join('\n').matchAll(/type (\w+)/g)].map(([, name]) => name ?? '')
  const names = [...Object.keys(index), ...Object.keys(cloud), ...types]
  const errors = names.filter((name) => /^(Invalid|Whatsapp[A-Z])/.test(name))
  for (const name of names.filter((each) => !errors.includes(each) || each === 'WhatsappError'))
    expect(readme).toMatch(new RegExp(`\`${name}\\b`))
  const codes = await readFile(here('../src/errors.ts'), 'utf8')
  for (const [code] of codes.matchAll(/ERR_\w+/g)) expect(readme).toContain(`\`${code}\``)
  expect(cloud.CLOUD_TIMING).toMatchObject({ ackMs: 250, requestMs: 15_000, checkMs: 900_000 })
})

it('names every event of the Cloud API transport that is logged', async () => {
  const files = await readdir(here('../src/cloud'))
  const sources = await Promise.all(
    files.map((name) => readFile(here(`../src/cloud/${name}`), 'utf8')),
  )
  const events = [...sources.join('\n').matchAll(/'(whatsapp-[a-z-]+)'/g)]
  expect(events.length).toBeGreaterThan(2)
  for (const [, event] of events) expect(readme).toContain(`\`${event}\``)
})
