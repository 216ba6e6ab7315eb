import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import * as emulators from '../src/index.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const readme = await readFile(join(here, '..', 'README.md'), 'utf8')
const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''

it('names every export, every lever and every command', async () => {
  for (const name of Object.keys(emulators)) expect(readme).toContain(`\`${name}`)
  const emulator = await emulators.startTelegramEmulator()
  await emulator.close()
  const levers = Object.keys(emulator).filter((name) => !['url', 'token', 'botId'].includes(name))
  for (const name of levers) expect(readme).toMatch(new RegExp(`\`${name}[(\`]`))
  const signal = await emulators.startSignalEmulator()
  await signal.close()
  for (const name of Object.keys(signal).filter((key) => !['url', 'number'].includes(key))) {
    expect(readme).toMatch(new RegExp(`\`${name}[(\`]`))
  }
  const slack = await emulators.startSlackEmulator()
  await slack.close()
  const facts = ['url', 'botToken', 'appToken', 'signingSecret', 'team', 'botUser']
  for (const name of Object.keys(slack))
    if (!facts.includes(name)) expect(readme).toMatch(new RegExp(`\`${name}[(\`]`))
  const discord = await emulators.startDiscordEmulator()
  await discord.close()
  for (const name of Object.keys(discord))
    if (!['url', 'token', 'botUser'].includes(name))
      expect(readme).toMatch(new RegExp(`\`${name}[(\`]`))
  const control = await readFile(join(here, '../src/telegram/control.ts'), 'utf8')
  for (const [, method = '', path = ''] of control.matchAll(/'(\w+) \/control(\/[\w-]+)'/g)) {
    expect(readme).toContain(`\`${method} ${path}\``)
  }
})

it('has an example that runs', async () => {
  // Below the package, so that its imports are found as a user's would be.
  const folder = await mkdtemp(join(here, '.readme-'))
  try {
    const file = join(folder, 'example.mts')
    await writeFile(file, example)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--conditions=@openclaw-pairing/source', file],
      { cwd: process.cwd(), env: { PATH: process.env['PATH'], HOME: folder } },
    )
    expect(stdout).toBe('You said: hello\n')
  } finally {
    await rm(folder, { recursive: true })
  }
}, 30_000)
