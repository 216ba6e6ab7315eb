import { spawn } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Home } from './support/cli.ts'
import { homeHere } from './support/here.ts'
import { asks } from './support/people.ts'

let home: Home
beforeEach(async () => {
  home = await homeHere()
})
afterEach(() => home.remove())

interface Row {
  readonly seq: number
  readonly by: string
  readonly events: readonly { readonly what: string; readonly senderId: string }[]
}

const rows = async (...more: string[]): Promise<Row[]> =>
  JSON.parse((await home.run(['audit', '--json', ...more])).stdout)
const whats = async (...more: string[]): Promise<string[]> =>
  (await rows(...more)).flatMap(({ events }) =>
    events.map(({ what, senderId }) => `${what} ${senderId}`),
  )

describe('audit', () => {
  it('tells what was decided about whom, by whom, the newest last', async () => {
    const { code } = await asks(home, { id: '1', meta: { firstName: 'Ada' } })
    await home.run(['pairing', 'approve', 'telegram', code, '--expires', '2h'])
    await asks(home, { id: '2' })
    await home.run(['pairing', 'block', 'telegram', '2'])
    await home.run(['pairing', 'revoke', 'telegram', '1'])
    expect(await whats()).toEqual(['asked 1', 'approved 1', 'asked 2', 'blocked 2', 'revoked 1'])
    const [asked, approved] = await rows()
    expect(asked?.by).toContain('sender 1')
    expect(approved?.by).toContain('terminal')
    const { stdout } = await home.run(['audit'])
    expect(stdout.trimEnd().split('\n').at(-1)).toContain('revoked')
    expect(stdout).toContain('Ada')
  })

  it('shows the latest with --limit and nothing older than --since', async () => {
    await asks(home, { id: '1' }, { agoMs: 7_200_000 })
    for (const id of ['2', '3', '4']) await home.run(['pairing', 'allow', 'telegram', id])
    expect(await whats('--limit', '2')).toEqual(['let in 3', 'let in 4'])
    // Who asked two hours ago is found to be too late when the next one writes.
    expect((await whats('--since', '30m')).sort()).toEqual([
      'let in 2',
      'let in 3',
      'let in 4',
      'request expired 1',
    ])
    expect((await whats('--since', '3h'))[0]).toBe('asked 1')
    expect(await whats('--since', '2999-01-01')).toEqual([])
  })

  it('shows no code and no secret', async () => {
    const { code } = await asks(home, { id: '1' })
    await home.run(['pairing', 'approve', 'telegram', code])
    expect((await home.run(['audit', '--json'])).stdout).not.toContain(code)
  })

  it('goes on with --follow, one object a line, until it is interrupted', async () => {
    await home.run(['pairing', 'allow', 'telegram', '1'])
    const child = spawn(process.execPath, [home.main, 'audit', '--follow', '--json'], {
      env: home.env,
    })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part))
    const ended = new Promise((resolve) => child.once('close', resolve))
    const shows = async (what: string): Promise<void> => {
      const until = Date.now() + 10_000
      while (!out.includes(what) && Date.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      expect(out).toContain(what)
    }
    await shows('"senderId":"1"')
    await home.run(['pairing', 'block', 'telegram', '2'])
    await shows('"what":"blocked"')
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).seq)
    expect(lines).toEqual([1, 2])
  })

  it('verify counts and vouches', async () => {
    expect((await home.run(['audit', 'verify'])).stdout).toContain('There is no journal yet')
    for (const id of ['1', '2']) await home.run(['pairing', 'allow', 'telegram', id])
    const ran = await home.run(['audit', 'verify'])
    expect(ran.exit).toBe(0)
    expect(ran.stdout).toContain('2 records (1–2) in 1 segment, 1 file.')
    const json = await home.json(['audit', 'verify'])
    expect(json).toMatchObject({ ok: true, entries: 2, from: 1, to: 2, findings: [] })
  })
})
