import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import * as index from '../src/index.ts'
import { SLACK_TIMING } from '../src/transport.ts'
import { closeAll, emulate, until } from './bench.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const readme = await readFile(here('../README.md'), 'utf8')
const example = here(`./readme-example-${process.pid}.ts`)

let child: ChildProcess | undefined
afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(example, { force: true })
  await closeAll()
})

it('shows an example that runs', async () => {
  const emulator = await emulate()
  await writeFile(example, /```ts\n([\s\S]+?)```/.exec(readme)?.[1] ?? '')
  const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
  const { botToken: SLACK_BOT_TOKEN, appToken: SLACK_APP_TOKEN, url: SLACK_API_ROOT } = emulator
  child = spawn(process.execPath, [...flags, example], {
    env: { ...process.env, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_API_ROOT },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  emulator.message('U0ADALOVE', 'hello')
  await until(() => emulator.sent.length > 0, 'the answer')
  expect(emulator.sent.map(({ text }) => text)).toEqual(['hello'])
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

it('names every export, error code and wait', async () => {
  const source = await readFile(here('../src/index.ts'), 'utf8')
  const types = [...source.matchAll(/type (\w+)/g)].map(([, name]) => name ?? '')
  const errors = Object.keys(index).filter((name) => /^(Invalid|Slack[A-Z])/.test(name))
  for (const name of [...Object.keys(index), ...types]) {
    if (!errors.includes(name)) expect(readme).toMatch(new RegExp(`\`${name}\\b`))
  }
  const codes = await readFile(here('../src/errors.ts'), 'utf8')
  for (const [code] of codes.matchAll(/ERR_\w+/g)) expect(readme).toContain(`\`${code}\``)
  expect(SLACK_TIMING).toMatchObject({ ackMs: 250, requestMs: 15_000, nameMs: 2_000 })
})

it('names every event that is logged', async () => {
  const files = [
    ...['live', 'recover', 'names', 'webhook'].map((name) => `../src/${name}.ts`),
    ...['handling', 'saver', 'position', 'inbox'].map(
      (name) => `../../../channel-kit/src/${name}.ts`,
    ),
  ]
  const sources = await Promise.all(files.map((name) => readFile(here(name), 'utf8')))
  const events = [
    ...sources.join('\n').matchAll(/'((?:slack|message|position|inbox|ignored)-[a-z-]+)'/g),
  ]
  expect(events.length).toBeGreaterThan(10)
  for (const [, event] of events) expect(readme).toContain(`\`${event}\``)
})
