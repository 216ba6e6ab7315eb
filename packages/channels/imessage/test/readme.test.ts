import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { BLUEBUBBLES_TIMING } from '../src/bluebubbles.ts'
import * as index from '../src/index.ts'
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
  const { url: BLUEBUBBLES_URL, password: BLUEBUBBLES_PASSWORD } = emulator
  child = spawn(process.execPath, [...flags, example], {
    env: { ...process.env, BLUEBUBBLES_URL, BLUEBUBBLES_PASSWORD },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  emulator.message(1, 'hello')
  await until(() => emulator.sent.length > 0, 'the answer')
  expect(emulator.sent.map(({ text }) => text)).toEqual(['hello'])
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

it('names every export, error code and wait', async () => {
  const entries = ['index', 'bluebubbles', 'imsg'].map((name) => here(`../src/${name}.ts`))
  const sources = (await Promise.all(entries.map((path) => readFile(path, 'utf8')))).join('\n')
  const names = [...sources.matchAll(/export (?:type )?\{([^}]+)\}/g)].flatMap(([, list = '']) =>
    list.split(',').map((name) => name.replace('type ', '').trim()),
  )
  const errors = /^(?:Invalid|BlueBubbles(?:Url|Password)|Imsg(?:Not|Perm.*Missing|Too|Host))/
  expect(names).toEqual(expect.arrayContaining(Object.keys(index)))
  for (const name of names.filter((each) => each !== '' && !errors.test(each)))
    expect(readme).toMatch(new RegExp(`\`${name}\\b`))
  for (const path of ['errors.ts', 'bluebubbles/errors.ts', 'imsg/errors.ts'])
    for (const [code] of (await readFile(here(`../src/${path}`), 'utf8')).matchAll(/ERR_\w+/g))
      expect(readme).toContain(`\`${code}\``)
  expect(BLUEBUBBLES_TIMING).toMatchObject({
    ...{ roundMs: 60_000, lookMs: 15_000, pollMs: 5_000, sendMs: 60_000, requestMs: 15_000 },
  })
})

it('names every event that is logged', async () => {
  const folders = ['../src/bluebubbles', '../src/imsg']
  const own = await Promise.all(
    folders.map(async (folder) => (await readdir(here(folder))).map((name) => `${folder}/${name}`)),
  )
  const kit = ['handling', 'saver', 'position', 'inbox'].map(
    (name) => `../../../channel-kit/src/${name}.ts`,
  )
  const files = [...own.flat(), ...kit]
  const sources = await Promise.all(files.map((name) => readFile(here(name), 'utf8')))
  const events = [
    ...sources
      .join('\n')
      .matchAll(/'((?:bluebubbles|imsg|own|message|position|inbox|ignored)-[a-z-]+)',?\s/g),
  ].filter(([, event]) => event !== 'message-send-error')
  expect(events.length).toBeGreaterThan(10)
  for (const [, event] of events) expect(readme).toContain(`\`${event}\``)
})
