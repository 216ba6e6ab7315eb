import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fingerprintWords } from '@openclaw/device-pairing'
import { openPairing } from '@openclaw/pairing/node'
import { readSetupCode } from '@openclaw/pairing-protocol'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { emptyHome, type Home, type Json } from './support/cli.ts'
import { arrives, deviceIdOf, waits } from './support/devices.ts'
import { type RunningGateway, runGateway } from './support/gateway.ts'
import { isSameCode, readScreen } from './support/qr.ts'
import { noTerminal, onTerminal, type TerminalRun } from './support/terminal.ts'

let home: Home
let gateway: RunningGateway
beforeEach(async () => {
  home = await emptyHome()
  gateway = await runGateway(home)
})
afterEach(async () => {
  gateway.stop()
  await home.remove()
})

const qr = (env: Readonly<Record<string, string>> = {}, ...args: string[]): TerminalRun =>
  onTerminal(home, ['qr', '--url', gateway.url, ...args], env)
const codeOn = ({ screen }: TerminalRun): string =>
  // What is set apart begins and ends with a colour.
  /\u001b\[1m([\w-]{150,})\u001b/.exec(screen())?.[1] ?? 'no code'
const codes = async () =>
  (await home.json(['qr', '--list'])) as { setupCodes: { setupId: string; state: string }[] }
const states = async () => (await codes()).setupCodes.map(({ state }) => state)
const lists = async () =>
  (await home.json(['devices', 'list'])) as { pending: Json[]; paired: Json[] }

/** A key shows the code. */
async function redeems(code: string, key: string): Promise<void> {
  const reading = readSetupCode(code)
  const secret = reading.ok ? reading.payload.bootstrapToken : 'none'
  const pairing = await openPairing({ env: home.env })
  const answer = await pairing.devices().pairing.setup.redeem(secret, deviceIdOf(key))
  await pairing.close()
  expect(answer.outcome).toBe('redeemed')
}

/** A node elsewhere that was given the code. */
async function joins(code: string) {
  const elsewhere = await emptyHome()
  const child = spawn(
    process.execPath,
    [elsewhere.main, 'node', 'join', code, '--name', 'kitchen'],
    {
      env: elsewhere.env,
    },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (said += part))
  const end = new Promise<number | null>((resolve) => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await end
    await elsewhere.remove()
  })
  return { said: () => said, end }
}

describe.skipIf(noTerminal)('qr on a terminal', () => {
  it('shows the code, then the device, asks, and says when it is connected', async () => {
    const page = qr()
    await page.shows(/Waiting for the device/)
    const code = codeOn(page)
    expect(isSameCode(readScreen(page.screen()), code)).toBe(true)
    const node = await joins(code)
    await page.shows(/Approve\? \[y\/N\/r\]/)
    const words = /Key words\S* {2}([a-z]+(?: [a-z]+){5}) \(/.exec(page.screen())?.[1] ?? 'none'
    expect(node.said()).toContain(words)
    expect(page.screen()).toContain('with a setup code')
    page.type('y\r')
    await page.shows(/“kitchen” [\da-f]{12} is connected\./)
    expect(await page.exit).toBe(0)
    expect(await lists()).toMatchObject({ pending: [], paired: [{ roles: ['node'] }] })
    expect(await states()).toEqual(['used'])
  }, 20_000)

  it('tells of a mistake in the configuration once, and never beside an open question', async () => {
    const page = qr()
    await page.shows(/Waiting for the device/)
    await redeems(codeOn(page), 'phone')
    await page.shows(/A device has shown the code/)
    // Until it has opened the state to wait for the request.
    await sleep(500)
    const pairing = await openPairing({ env: home.env })
    writeFileSync(join(home.stateDir, 'openclaw.json'), '{ gateway: { port: "many" } }')
    await arrives(pairing, { key: 'phone' })
    await pairing.close()
    await page.shows(/Approve\? \[y\/N\/r\]/)
    await sleep(1_000)
    expect(page.screen()).not.toContain('has an error')
    page.type('n\r')
    expect(await page.exit).toBe(4)
    const [before = '', after = '', ...more] = page.screen().split('has an error')
    expect(before).toMatch(/Approve\? \[y\/N\/r\]/)
    expect(after).toContain('gateway.port')
    expect(more).toEqual([])
  }, 20_000)

  it('withdraws the code on Ctrl-C', async () => {
    const page = qr()
    await page.shows(/Waiting for the device/)
    page.type('\u0003')
    expect(await page.exit).toBe(4)
    expect(page.screen()).toContain('worthless now')
    expect(page.screen()).not.toContain('stays on the list')
    expect(await states()).toEqual(['withdrawn'])
    const node = await joins(codeOn(page))
    expect(await node.end).not.toBe(0)
    expect(await lists()).toMatchObject({ pending: [], paired: [] })
  }, 20_000)

  it('withdraws the code on Ctrl-C at the question as well; who asked stays on the list', async () => {
    const page = qr()
    await page.shows(/Waiting for the device/)
    await joins(codeOn(page))
    await page.shows(/Approve\?/)
    page.type('\u0003')
    expect(await page.exit).toBe(4)
    expect(await states()).toEqual(['withdrawn'])
    const { pending } = await lists()
    expect(pending).toHaveLength(1)
    const said = page.screen().replace(/\s+/g, ' ')
    expect(said).toMatch(
      /The request of “kitchen” [\da-f]{12} stays on the list while the device asks/,
    )
    expect(said).toContain(`devices reject ${String(pending[0]?.['requestId'])}`)
  }, 20_000)

  it.each([
    ['\r', 4, 'bound', 1, /Not approved\. It stays on the list/],
    ['r\r', 0, 'used', 0, /Rejected “kitchen”/],
  ] as const)(
    'does as %j says',
    async (keys, exit, state, waiting, words) => {
      const page = qr()
      await page.shows(/Waiting for the device/)
      await joins(codeOn(page))
      await page.shows(/Approve\?/)
      page.type(keys)
      expect(await page.exit).toBe(exit)
      expect(page.screen()).toMatch(words)
      expect(await states()).toEqual([state])
      expect((await lists()).pending).toHaveLength(waiting)
    },
    20_000,
  )

  it('takes its question back when somebody decides elsewhere', async () => {
    const page = qr()
    await page.shows(/Waiting for the device/)
    await joins(codeOn(page))
    await page.shows(/Approve\?/)
    const [request] = (await lists()).pending
    await home.run(['devices', 'approve', String(request?.['requestId'])])
    await page.shows(/approved elsewhere meanwhile/)
    await page.shows(/is connected\./)
    expect(await page.exit).toBe(0)
  }, 20_000)

  it('says so when it was rejected elsewhere, or the code withdrawn', async () => {
    const page = qr()
    await page.shows(/Waiting for the device/)
    await joins(codeOn(page))
    await page.shows(/Approve\?/)
    const [request] = (await lists()).pending
    await home.run(['devices', 'reject', String(request?.['requestId'])])
    await page.shows(/rejected elsewhere meanwhile/)
    expect(await page.exit).toBe(3)
    const other = qr()
    await other.shows(/Waiting for the device/)
    const [code] = (await codes()).setupCodes
    await home.run(['qr', '--withdraw', String(code?.setupId)])
    await other.shows(/the setup code was withdrawn/)
    expect(await other.exit).toBe(3)
  }, 20_000)

  it('says which key has shown the code, as long as it does not ask', async () => {
    const page = qr()
    await page.shows(/Waiting for the device/)
    await redeems(codeOn(page), 'phone')
    await page.shows(/A device has shown the code: [a-z]+( [a-z]+){5}\./)
    expect(page.screen()).toContain(fingerprintWords(deviceIdOf('phone')).join(' '))
    page.type('\u0003')
    expect(await page.exit).toBe(4)
    expect(await states()).toEqual(['withdrawn'])
  }, 20_000)

  it('asks again, with what is new, when the device asks for more meanwhile', async () => {
    const page = qr()
    await page.shows(/Waiting for the device/)
    await redeems(codeOn(page), 'phone')
    const first = await waits(home, { key: 'phone', commands: ['system.which'] })
    await page.shows(new RegExp(`Request.{0,12}${first}[\\s\\S]*Approve\\?`))
    const second = await waits(home, { key: 'phone', commands: ['system.run', 'system.which'] })
    await page.shows(new RegExp(`Request.{0,12}${second}[\\s\\S]*Approve\\?`))
    expect((await lists()).paired).toEqual([])
    page.type('y\r')
    await page.shows(/Approved/)
    page.type('\u0003')
    expect(await page.exit).toBe(0)
    expect((await lists()).paired).toHaveLength(1)
  }, 20_000)

  it.each(['SIGTERM', 'SIGHUP'] as const)(
    'withdraws the code on %s',
    async (signal) => {
      const page = qr()
      await page.shows(/Waiting for the device/)
      const found = spawnSync('pgrep', ['-f', `${home.main} qr --url ${gateway.url}`]).stdout
      for (const pid of found.toString().trim().split('\n'))
        if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'node')
          process.kill(Number(pid), signal)
      await page.exit
      expect(await states()).toEqual(['withdrawn'])
    },
    20_000,
  )

  it('is about the device that shows the code, and no other one', async () => {
    const page = qr()
    await page.shows(/Waiting for the device/)
    await waits(home, { key: 'stranger' })
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(page.screen()).not.toContain(deviceIdOf('stranger'))
    page.type('\u0003')
    await page.exit
  }, 20_000)

  it('does not wait where that is not wanted', async () => {
    const page = qr({}, '--no-wait')
    expect(await page.exit).toBe(0)
    expect(page.screen()).not.toContain('Waiting')
    expect(await states()).toEqual(['unbound'])
  })

  it.each([
    { COLUMNS: '50', LINES: '60' },
    { COLUMNS: '100', LINES: '20' },
  ])('draws nothing that would not fit %j, and says what it needs', async (size) => {
    const page = qr(size, '--no-wait')
    expect(await page.exit).toBe(0)
    expect(page.screen()).not.toContain('▀')
    expect(page.screen().replace(/\s+/g, ' ')).toMatch(
      /does not fit this terminal: it needs 6\d columns/,
    )
    expect(page.screen()).toMatch(/[\w-]{100,}/)
    const [id] = (await codes()).setupCodes.map(({ setupId }) => setupId)
    const line = `qr --url ${gateway.url} --png qr.png`
    expect(page.screen()).toMatch(new RegExp(`openclaw qr --withdraw ${id}, then: .*${line}`))
    for (const each of page.screen().split('\r\n'))
      if (!/^hint|[\w-]{100,}/.test(each.replaceAll(/\u001b\[\d+m/g, ''))) {
        expect(each.length).toBeLessThan(Number(size.COLUMNS) + 20)
      }
  })

  it('names a line that makes a picture of another code, once this one is ended', async () => {
    const page = qr({ COLUMNS: '80', LINES: '24' })
    await page.shows(/Waiting for the device/)
    const [, line = ''] =
      /hint:.* Ctrl-C, then: .*?openclaw (qr [^\r\n]+)/.exec(page.screen()) ?? []
    expect(line).toBe(`qr --url ${gateway.url} --png qr.png`)
    page.type('\u0003')
    expect(await page.exit).toBe(4)
    expect((await home.run([...line.split(' '), '--no-wait'])).exit).toBe(0)
    expect(await states()).toEqual(expect.arrayContaining(['unbound', 'withdrawn']))
  })

  it('lets a device in later where no gateway runs', async () => {
    await gateway.stop()
    const page = qr()
    await page.shows(/Waiting for the device/)
    expect(page.screen().replace(/\s+/g, ' ')).toContain('no device gets through before one does')
    page.type('\u0003')
    await page.exit
  })
})
