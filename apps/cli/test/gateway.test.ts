import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTelegramEmulator } from '@openclaw-pairing/emulators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'
import { asks } from './support/people.ts'

let home: Home
let gateway: ChildProcess | undefined
beforeEach(async () => {
  home = await emptyHome()
})
afterEach(async () => {
  gateway?.kill('SIGKILL')
  gateway = undefined
  await home.remove()
})

interface Started {
  readonly url: string
  readonly pid: number
  readonly ended: Promise<number | null>
}

/** Runs `openclaw gateway --json` until it says where it is. */
function start(): Promise<Started> {
  const child = spawn(process.execPath, [home.main, 'gateway', '--port', '0', '--json'], {
    env: home.env,
  })
  gateway = child
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  let out = ''
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => (log += part))
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      out += part
      if (out.includes('}\n')) resolve({ ...JSON.parse(out), ended })
    })
    void ended.then((exit) => reject(new Error(`the gateway ended with ${String(exit)}: ${log}`)))
  })
}

describe('with a gateway', () => {
  it('decisions made beside it are told and hold, whether it runs, is stopped or was killed', async () => {
    const { code } = await asks(home, { id: '1' })
    const { url, ended } = await start()
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    const beside = await home.run(['pairing', 'approve', 'telegram', code])
    expect(beside.stdout).toContain('The running gateway tells them.')
    expect(await home.json(['doctor'])).toMatchObject({ ok: true, gateway: { pid: gateway?.pid } })
    gateway?.kill('SIGKILL')
    await ended
    expect(existsSync(join(home.stateDir, 'gateway.runtime.json'))).toBe(true)
    const second = await asks(home, { id: '2' })
    const without = await home.run(['pairing', 'approve', 'telegram', second.code])
    expect(without.stdout).toContain('No gateway runs here')
    const again = await start()
    const allowed = await home.json(['pairing', 'allowed', 'telegram'])
    expect(allowed).toMatchObject({ allowed: [{ id: '1' }, { id: '2' }] })
    gateway?.kill('SIGINT')
    expect(await again.ended).toBe(0)
    expect(await home.run(['audit', 'verify'])).toMatchObject({ exit: 0 })
  })

  it('a second one on the same state is refused in one line', async () => {
    await start()
    const second = await home.run(['gateway', '--port', '0', '--json'])
    expect(second.exit).toBe(1)
    expect(JSON.parse(second.stdout)).toMatchObject({ error: { code: 'ERR_GATEWAY_ALREADY_RUNS' } })
    expect(second.stderr).toMatch(/^error: .+\nhint: .+\n$/)
  })

  it('what keeps it from starting is said in the same two lines without --json', async () => {
    await start()
    const second = await home.run(['gateway', '--port', '0'])
    expect(second).toMatchObject({ exit: 1, stdout: '' })
    expect(second.stderr).toMatch(/^error: .+\nhint: .+\n$/)
  })

  it.each([['--port', 'x'], ['--port', '65536'], ['stop']])(
    '%s %s is wrong usage',
    async (...args) => {
      expect(await home.run(['gateway', ...args])).toMatchObject({ exit: 2, stdout: '' })
    },
  )
})

it('runs a Telegram bot: the bundled client polls and answers', async () => {
  const telegram = await startTelegramEmulator()
  try {
    await mkdir(home.stateDir, { recursive: true })
    const config = { channels: { telegram: { botToken: telegram.token, apiRoot: telegram.url } } }
    await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
    await start()
    telegram.message({ id: 100_001, firstName: 'Alice' }, 'hello')
    await vi.waitFor(() => expect(telegram.sent).toHaveLength(1), {
      timeout: 15_000,
      interval: 100,
    })
    expect(telegram.sent[0]?.text).toContain('Pairing code:')
  } finally {
    await telegram.close()
  }
}, 30_000)
