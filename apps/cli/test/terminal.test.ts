import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'
import { asks } from './support/people.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'

let home: Home
beforeEach(async () => {
  home = await emptyHome()
})
afterEach(() => home.remove())

const ada = { id: '100001', meta: { firstName: 'Ada\u001b[31m', username: 'ada' } }
const approve = (code: string, ...more: string[]) =>
  onTerminal(home, ['pairing', 'approve', 'telegram', code, ...more])
const waiting = async (): Promise<unknown> =>
  (await home.json(['pairing', 'list', 'telegram']))['requests']

describe.skipIf(noTerminal)('on a terminal', () => {
  it('shows who asks, from where, since when and what is given, before it asks', async () => {
    const { code } = await asks(home, ada)
    const run = approve(code, '--expires', '2h')
    await run.shows(/Approve\? \[y\/N\/b\]/)
    for (const fact of [
      '“Ada” @ada',
      'telegramUserId 100001',
      'direct chat',
      'no group',
      '2 h from now',
    ]) {
      expect(run.screen()).toContain(fact)
    }
    expect(run.screen()).not.toContain('\u001b[31mAda')
    run.type('y\r')
    expect(await run.exit).toBe(0)
    expect(run.screen()).toContain('Approved telegram sender 100001')
    expect(await waiting()).toEqual([])
  })

  it.each([
    ['Enter alone', '\r'],
    ['n', 'n\r'],
    ['something else', 'maybe\r'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('takes %s for "not now": nothing changes', async (_, keys) => {
    const { code } = await asks(home, ada)
    const run = approve(code)
    await run.shows(/Approve\?/)
    run.type(keys)
    expect(await run.exit).toBe(4)
    expect(await waiting()).toHaveLength(1)
  })

  it('blocks on b, and that is done', async () => {
    const { code } = await asks(home, ada)
    const run = approve(code)
    await run.shows(/Approve\?/)
    run.type('b\r')
    expect(await run.exit).toBe(0)
    expect(await waiting()).toEqual([])
    const found = await home.json(['pairing', 'allowed', 'telegram', '--blocked'])
    expect(found).toMatchObject({ allowed: [{ id: '100001', state: 'blocked' }] })
  })

  it('approves nothing else than what it showed', async () => {
    const { code } = await asks(home, ada)
    const run = approve(code)
    await run.shows(/Approve\?/)
    const file = join(home.stateDir, 'credentials/telegram-pairing.json')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('"ada"', '"your_boss"'))
    // A change by another program is seen within a second.
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    run.type('y\r')
    expect(await run.exit).toBe(4)
    expect(run.screen()).toContain('your_boss')
    expect(await waiting()).toHaveLength(1)
  })

  it('does not ask with --yes', async () => {
    const { code } = await asks(home, ada)
    expect(await approve(code, '--yes').exit).toBe(0)
  })

  it.each(['allow', 'block'])('%s says what it does and asks', async (verb) => {
    await asks(home, ada)
    const run = onTerminal(home, ['pairing', verb, 'telegram', '100001'])
    await run.shows(/\? \[y\/N\]/)
    run.type('\r')
    expect(await run.exit).toBe(4)
    expect(await waiting()).toHaveLength(1)
  })

  it('colours, and does not with NO_COLOR', async () => {
    await asks(home, ada)
    const coloured = onTerminal(home, ['pairing', 'list'])
    await coloured.exit
    expect(coloured.screen()).toContain('\u001b[1m')
    const plain = onTerminal(home, ['pairing', 'list'], { NO_COLOR: '1' })
    await plain.exit
    expect(plain.screen()).not.toContain('\u001b[')
  })
})
