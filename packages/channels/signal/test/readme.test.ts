import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { startSignalCli } from '@openclaw-pairing/emulators'
import { afterEach, expect, it } from 'vitest'
import * as daemon from '../src/daemon.ts'
import * as index from '../src/index.ts'
import { SIGNAL_TIMING } from '../src/transport.ts'
import { closeAll, emulate, ended, until } from './bench.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const readme = await readFile(here('../README.md'), 'utf8')
const example = here(`./readme-example-${process.pid}.ts`)

let child: ChildProcess | undefined
afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(example, { force: true })
  await closeAll()
})

/** Runs one of the examples as a process of its own. */
async function runExample(index: number, env: Readonly<Record<string, string>>): Promise<void> {
  const examples = [...readme.matchAll(/```ts\n([\s\S]+?)```/g)].map(([, text]) => text ?? '')
  await writeFile(example, examples[index] ?? '')
  const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
  child = spawn(process.execPath, [...flags, example], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** How the example ended after it was asked to. */
async function stopped(): Promise<unknown> {
  if (child === undefined) return undefined
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  return exited
}

it('shows an example that runs', async () => {
  const emulator = await emulate()
  await runExample(0, { SIGNAL_HTTP_URL: emulator.url })
  emulator.message(1, 'hello')
  await until(() => emulator.sent.length > 0, 'the answer')
  expect(emulator.sent.map(({ text }) => text)).toEqual(['hello'])
  expect(await stopped()).toEqual([0, null])
})

it('shows how signal-cli is started, and that runs', async () => {
  const cli = await startSignalCli()
  ended.add(cli.close)
  const url = `http://127.0.0.1:${String(cli.httpPort)}`
  const PATH = `${cli.folder}:${process.env['PATH'] ?? ''}`
  await runExample(1, { PATH, SIGNAL_HTTP_URL: url, SIGNAL_NUMBER: cli.daemon.number })
  await until(() => cli.daemon.listeners() === 1, 'the stream')
  expect(cli.running()).toHaveLength(1)
  expect(await stopped()).toEqual([0, null])
  expect(cli.running()).toEqual([])
})

it('names every export, error code and wait', async () => {
  const source = await readFile(here('../src/index.ts'), 'utf8')
  const types = [...source.matchAll(/type (\w+)/g)].map(([, name]) => name ?? '')
  const errors = Object.keys(index).filter((name) => /^(Invalid|Signal[A-Z])/.test(name))
  for (const name of [...Object.keys(index), ...Object.keys(daemon), ...types]) {
    if (!errors.includes(name)) expect(readme).toMatch(new RegExp(`\`${name}\\b`))
  }
  const codes = await readFile(here('../src/errors.ts'), 'utf8')
  for (const [code] of codes.matchAll(/ERR_\w+/g)) expect(readme).toContain(`\`${code}\``)
  expect(SIGNAL_TIMING.silentMs).toBe(40_000)
  const { startMs, maxStartMs, deafMs, endMs } = daemon.SIGNAL_DAEMON_TIMING
  expect([startMs, maxStartMs, deafMs, endMs]).toEqual([30_000, 120_000, 15_000, 2_000])
})

it('names every event that is logged', async () => {
  const files = [
    ...['receive', 'trouble', 'position', 'connection'].map((name) => `../src/${name}.ts`),
    ...['keeper', 'trouble'].map((name) => `../src/daemon/${name}.ts`),
    ...['handling', 'saver', 'position'].map((name) => `../../../channel-kit/src/${name}.ts`),
  ]
  const sources = await Promise.all(files.map((name) => readFile(here(name), 'utf8')))
  const events = [...sources.join('\n').matchAll(/'((?:signal|messages?|position)-[a-z-]+)'/g)]
  expect(events.length).toBeGreaterThan(10)
  for (const [, event] of events) expect(readme).toContain(`\`${event}\``)
})
