import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { chmod, chown, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'
import { type RunningGateway, runGateway } from './support/gateway.ts'
import { endJoins, joinRun, setupCode, withdraw } from './support/setup.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'

let there: Home
let gateway: RunningGateway
let here: Home

beforeAll(async () => {
  there = await emptyHome()
  gateway = await runGateway(there)
})
afterAll(async () => {
  gateway?.stop()
  await there.remove()
})
beforeEach(async () => {
  here = await emptyHome()
})
afterEach(async () => {
  await endJoins()
  await here.remove()
})

const approve = async (requestId: unknown) => {
  const { exit, stderr } = await there.run(['devices', 'approve', String(requestId), '--yes'])
  expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' })
}
const reject = (requestId: unknown) => there.run(['devices', 'reject', String(requestId), '--yes'])

/** Every file below a folder. */
function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
}

/** A node of this home that is connected. */
async function joined(): Promise<{ readonly secret: string }> {
  const { code, secret } = await setupCode(there, { url: gateway.url })
  const run = joinRun(here, [code, '--once'])
  await approve((await run.says('waiting'))['requestId'])
  expect(await run.exit).toBe(0)
  return { secret }
}

describe('node join', () => {
  it('waits for the owner, is connected within a second, serves, and ends on Ctrl-C', async () => {
    const { code } = await setupCode(there, { url: gateway.url })
    const run = joinRun(here, [code, '--name', 'kitchen'])
    const { name, fingerprint, deviceId, urls } = await run.says('joining')
    expect([name, urls]).toEqual(['kitchen', [gateway.url]])
    const { requestId, approve: command } = await run.says('waiting')
    expect(command).toBe(`openclaw devices approve ${String(requestId)}`)
    const { pending } = await there.json(['devices', 'list'])
    expect(pending).toMatchObject([{ requestId, deviceId, displayName: 'kitchen', role: 'node' }])
    const page = await there.run(['devices', 'list'])
    for (const word of fingerprint as string[]) expect(page.stdout).toContain(word)
    await approve(requestId)
    const approvedAt = Date.now()
    expect(await run.says('connected')).toMatchObject({ url: gateway.url })
    expect(Date.now() - approvedAt).toBeLessThan(5_000)
    const params = JSON.stringify({ bins: ['sh', 'no-such-program'] })
    const invoke = ['nodes', 'invoke', '--node', String(deviceId), '--command', 'system.which']
    const { stdout } = await there.run([...invoke, '--params', params])
    expect(JSON.parse(stdout)).toEqual({ bins: { sh: expect.stringMatching(/\/sh$/) } })
    run.child.kill('SIGINT')
    await run.says('ended')
    expect(await run.exit).toBe(0)
  })

  it('connects again by its key, without a code', async () => {
    await joined()
    const run = joinRun(here, [])
    expect(await run.says('joining')).toMatchObject({ by: 'key', urls: [gateway.url] })
    await run.says('connected')
    run.child.kill('SIGTERM')
    expect(await run.exit).toBe(0)
  })

  it('connects by its key with an old code as well, which is not looked at', async () => {
    await joined()
    const { code } = await setupCode(there, { url: gateway.url })
    const run = joinRun(here, [code, '--once'])
    await run.says('connected')
    expect(await run.exit).toBe(0)
    const other = await emptyHome()
    const second = joinRun(other, [code])
    expect(await second.says('waiting')).toHaveProperty('requestId')
    second.child.kill('SIGTERM')
    await second.exit
    await other.remove()
  })

  it('waits on where its code is withdrawn meanwhile, and is connected when it is approved', async () => {
    const { code, setupId } = await setupCode(there, { url: gateway.url })
    const run = joinRun(here, [code])
    const { requestId } = await run.says('waiting')
    await withdraw(there, setupId)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    await approve(requestId)
    await run.says('connected')
    run.child.kill('SIGTERM')
    expect(await run.exit).toBe(0)
  })

  it('keeps the way to its gateway while another one makes it wait, and turns it down', async () => {
    await joined()
    const placeAt = join(here.stateDir, 'node/gateway.json')
    const before = readFileSync(placeAt, 'utf8')
    const home = await emptyHome()
    const other = await runGateway(home)
    const run = joinRun(here, [(await setupCode(home, { url: other.url })).code])
    const { requestId } = await run.says('waiting')
    expect(readFileSync(placeAt, 'utf8')).toBe(before)
    await home.run(['devices', 'reject', String(requestId), '--yes'])
    expect(await run.exit).toBe(4)
    const resting = joinRun(here, [(await setupCode(home, { url: other.url })).code])
    expect(await resting.exit).toBe(4)
    expect(readFileSync(placeAt, 'utf8')).toBe(before)
    const again = joinRun(here, ['--once'])
    expect(await again.says('connected')).toMatchObject({ url: gateway.url })
    other.stop()
    await home.remove()
  })

  it('has another gateway once that has let it in', async () => {
    await joined()
    const home = await emptyHome()
    const other = await runGateway(home)
    const run = joinRun(here, [(await setupCode(home, { url: other.url })).code, '--once'])
    const { requestId } = await run.says('waiting')
    expect((await home.run(['devices', 'approve', String(requestId), '--yes'])).exit).toBe(0)
    expect(await run.exit).toBe(0)
    const again = joinRun(here, ['--once'])
    expect(await again.says('connected')).toMatchObject({ url: other.url })
    other.stop()
    await home.remove()
  })

  it('waits on after a restart of its own, without the code', async () => {
    const { code } = await setupCode(there, { url: gateway.url })
    const run = joinRun(here, [code])
    const { requestId } = await run.says('waiting')
    await vi.waitFor(() => statSync(join(here.stateDir, 'node/gateway.json')), { timeout: 20_000 })
    run.child.kill('SIGKILL')
    await run.exit
    await approve(requestId)
    const again = joinRun(here, ['--once'])
    expect(await again.says('connected')).toMatchObject({ url: gateway.url })
  })

  it('keeps the name that it was given, also with a further code', async () => {
    const first = joinRun(here, [
      ...[(await setupCode(there, { url: gateway.url })).code, '--once'],
      ...['--name', 'kitchen'],
    ])
    await approve((await first.says('waiting'))['requestId'])
    expect(await first.exit).toBe(0)
    const { code } = await setupCode(there, { url: gateway.url })
    const again = joinRun(here, [code, '--once'])
    expect(await again.says('joining')).toMatchObject({ name: 'kitchen' })
    expect(await again.exit).toBe(0)
  })

  it('ends where another one with the same key connects, instead of taking turns for ever', async () => {
    await joined()
    const first = joinRun(here, [])
    await first.says('connected')
    const second = joinRun(here, [])
    await second.says('connected')
    expect(await first.exit).toBe(4)
    expect(first.output()).toContain('ERR_CONNECTION_REPLACED')
    second.child.kill('SIGTERM')
    expect(await second.exit).toBe(0)
    expect(second.output()).not.toContain('"lost"')
  })

  it('keeps what it needs for its owner alone, and nothing of the secret anywhere', async () => {
    const { secret } = await joined()
    const files = filesOf(here.stateDir)
    expect(files.map((path) => path.slice(here.stateDir.length + 1)).sort()).toEqual([
      'node/device.json',
      'node/gateway.json',
    ])
    for (const path of files) {
      expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(readFileSync(path, 'utf8')).not.toContain(secret)
    }
    expect(statSync(join(here.stateDir, 'node')).mode & 0o777).toBe(0o700)
    for (const path of filesOf(there.stateDir)) {
      expect([path, readFileSync(path, 'latin1').includes(secret)]).toEqual([path, false])
    }
  })

  it.runIf(process.platform === 'linux')('does not show the code to others in ps', async () => {
    const { code, secret } = await setupCode(there, { url: gateway.url })
    const run = joinRun(here, [code])
    await run.says('waiting')
    const seen = readFileSync(`/proc/${String(run.child.pid)}/cmdline`, 'utf8')
    expect(seen).toContain('openclaw node join')
    expect(seen).not.toContain(code.slice(0, 40))
    expect(run.output()).not.toContain(secret)
    expect(run.output()).not.toContain(code.slice(0, 40))
  })

  it.each([
    ['in pieces', (code: string) => code.match(/.{1,60}/g) ?? [], undefined],
    ['on stdin', () => ['-'], (code: string) => `${code.replaceAll(/.{64}/g, '$&\n')}\n`],
    ['on stdin without a word', () => [], (code: string) => code],
  ])('takes the code %s', async (_how, words, input) => {
    const { code } = await setupCode(there, { url: gateway.url })
    const run = joinRun(here, words(code), input?.(code) ?? '')
    const { requestId } = await run.says('waiting')
    await reject(requestId)
    await run.says('error')
  })

  it('goes through a restart of the gateway while it waits, and while it is connected', async () => {
    const home = await emptyHome()
    const first = await runGateway(home)
    const { code } = await setupCode(home, { url: first.url })
    const run = joinRun(here, [code])
    const { requestId } = await run.says('waiting')
    first.stop()
    await run.says('not-reached')
    const port = new URL(first.url).port
    const second = await runGateway(home, {}, port)
    expect((await home.run(['devices', 'approve', String(requestId), '--yes'])).exit).toBe(0)
    await run.says('connected')
    second.stop()
    await run.says('lost')
    const third = await runGateway(home, {}, port)
    await run.says('connected')
    third.stop()
    await home.remove()
  })
})

describe('what a gateway says of a code', () => {
  const end = async (run: ReturnType<typeof joinRun>) => {
    const { error } = await run.says('error')
    const { reason, hint } = error as { readonly reason: string; readonly hint: string }
    return { exit: await run.exit, reason, hint }
  }

  it('is that the owner turned it down', async () => {
    const { code } = await setupCode(there, { url: gateway.url })
    const run = joinRun(here, [code])
    await reject((await run.says('waiting'))['requestId'])
    expect(await end(run)).toMatchObject({ exit: 4, reason: 'PAIRING_REJECTED' })
  })

  it('is after a no what helps, and that does: forgotten there, it asks with a new code', async () => {
    const { code } = await setupCode(there, { url: gateway.url })
    const run = joinRun(here, [code])
    await reject((await run.says('waiting'))['requestId'])
    const { hint } = await end(run)
    const early = joinRun(here, [(await setupCode(there, { url: gateway.url })).code])
    expect(await end(early)).toMatchObject({ exit: 4, reason: 'PAIRING_REJECTED' })
    const [, line = ''] =
      /wait \d+ min, or .*: openclaw (devices remove [\da-f]{64});/.exec(hint) ?? []
    expect((await there.run([...line.split(' '), '--yes'])).exit).toBe(0)
    const again = joinRun(here, [(await setupCode(there, { url: gateway.url })).code, '--once'])
    await approve((await again.says('waiting'))['requestId'])
    expect(await again.exit).toBe(0)
  })

  it('is that it was withdrawn', async () => {
    const { code, setupId } = await setupCode(there, { url: gateway.url })
    await withdraw(there, setupId)
    const ended = await end(joinRun(here, [code]))
    expect(ended).toMatchObject({ exit: 4, reason: 'setup-code-withdrawn' })
    expect(filesOf(here.stateDir).map((path) => path.split('/').at(-1))).toEqual(['device.json'])
  })

  it('is that another device was first, and of two at once one waits', async () => {
    const other = await emptyHome()
    const { code } = await setupCode(there, { url: gateway.url })
    const runs = [joinRun(here, [code]), joinRun(other, [code])]
    const outcomes = await Promise.all(
      runs.map(async (run) => run.says('waiting').catch(() => 'refused')),
    )
    const lost = runs[outcomes.indexOf('refused')]
    expect(outcomes.filter((each) => each === 'refused')).toHaveLength(1)
    expect(await lost?.exit).toBe(4)
    expect(lost?.output()).toContain('setup-code-bound-to-another-device')
    await other.remove()
  })

  it('is that it was used', async () => {
    const { code } = await setupCode(there, { url: gateway.url })
    const first = joinRun(here, [code, '--once'])
    await approve((await first.says('waiting'))['requestId'])
    expect(await first.exit).toBe(0)
    const other = await emptyHome()
    const ended = await end(joinRun(other, [code]))
    expect(ended).toMatchObject({ exit: 3, reason: 'setup-code-used' })
    await other.remove()
  })

  it('is that it knows none like it', async () => {
    const home = await emptyHome()
    const { code } = await setupCode(home, { url: gateway.url })
    const ended = await end(joinRun(here, [code]))
    expect(ended).toMatchObject({ exit: 3, reason: 'setup-code-unknown' })
    await home.remove()
  })

  it('is, of a key without a code, that it is not paired', async () => {
    await joined()
    const { deviceId } = JSON.parse(readFileSync(join(here.stateDir, 'node/device.json'), 'utf8'))
    expect((await there.run(['devices', 'remove', String(deviceId), '--yes'])).exit).toBe(0)
    const ended = await end(joinRun(here, []))
    expect(ended).toMatchObject({ exit: 4, hint: expect.stringContaining('node join CODE') })
    expect(ended.reason).toMatch(/^AUTH_(TOKEN_MISSING|DEVICE_TOKEN_MISMATCH)$/)
  })

  it('is that the owner shut it out, and it ends at once', async () => {
    const { code } = await setupCode(there, { url: gateway.url })
    const run = joinRun(here, [code])
    const { deviceId } = await run.says('joining')
    await approve((await run.says('waiting'))['requestId'])
    await run.says('connected')
    const line = ['devices', 'revoke', '--device', String(deviceId), '--role', 'node', '--yes']
    expect((await there.run(line)).exit).toBe(0)
    expect(await end(run)).toMatchObject({ exit: 4, reason: 'AUTH_DEVICE_REVOKED' })
  })
})

describe('what is wrong here', () => {
  const url = 'ws://127.0.0.1:9'
  const ended = async (args: readonly string[], input = '') => {
    const { exit, stdout, stderr } = await here.run(['node', 'join', ...args, '--json'], { input })
    expect(stderr).toMatch(/^error: .+\nhint: .+\n$/)
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^\{.*\}$/)
    const { error } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    return { exit, ...error }
  }

  const base64 = (payload: object) => Buffer.from(JSON.stringify(payload)).toString('base64')
  it.each([
    ['nothing', [], 2, 'setup-code-empty'],
    ['a pairing code', ['ABCD2345'], 2, 'setup-code-not-a-setup-code'],
    ['much', ['x'.repeat(9_000)], 2, 'setup-code-too-long'],
    ['no address', [base64({ token: 'y' })], 2, 'setup-code-no-url'],
    ['half an address', [base64({ url: 'x', token: 'y' })], 2, 'setup-code-bad-url'],
    ['no secret', [base64({ url })], 2, 'setup-code-no-secret'],
    ['an open way', [base64({ url: 'ws://gateway.example', token: 'y' })], 4, 'ERR_GATEWAY_URL'],
  ])('%s ends with its own words', async (_what, args, exit, reason) => {
    expect(await ended(args)).toMatchObject({ exit, reason })
  })

  it('is told of a code that was cut off, and nothing of the code', async () => {
    const { code, secret } = await setupCode(there, { url })
    const cut = code.slice(0, -20)
    expect(await ended([cut])).toMatchObject({ exit: 2, reason: 'setup-code-cut-off' })
    const { stdout, stderr } = await here.run(['node', 'join', cut])
    expect(stdout + stderr).not.toContain(secret.slice(0, 12))
    expect(stdout + stderr).not.toContain(cut.slice(0, 20))
    expect(readdirSync(here.folder)).toEqual([])
  })

  it('is told of a file that cannot be used, which is left as it is', async () => {
    await mkdir(join(here.stateDir, 'node'), { recursive: true })
    await writeFile(join(here.stateDir, 'node/gateway.json'), '{')
    expect(await ended([])).toMatchObject({ exit: 1, reason: 'ERR_PLACE_UNREADABLE' })
    await writeFile(join(here.stateDir, 'node/device.json'), '{')
    const { code } = await setupCode(there, { url })
    expect(await ended([code])).toMatchObject({ exit: 1, reason: 'ERR_IDENTITY_UNREADABLE' })
    expect(readFileSync(join(here.stateDir, 'node/device.json'), 'utf8')).toBe('{')
  })

  it('is told of a folder that leads elsewhere, where nothing is read or written', async () => {
    const elsewhere = join(here.folder, 'elsewhere')
    await mkdir(elsewhere)
    await mkdir(here.stateDir)
    await symlink(elsewhere, join(here.stateDir, 'node'))
    const { code } = await setupCode(there, { url })
    for (const args of [[code], []]) {
      expect(await ended(args)).toMatchObject({ exit: 1, reason: 'ERR_KEY_FOLDER' })
    }
    expect(readdirSync(elsewhere)).toEqual([])
    await rm(join(here.stateDir, 'node'))
    await writeFile(join(here.stateDir, 'node'), '')
    expect(await ended([code])).toMatchObject({ exit: 1, reason: 'ERR_KEY_FOLDER' })
  })

  it.runIf(process.getuid?.() === 0)('is told of a folder of somebody else', async () => {
    await mkdir(join(here.stateDir, 'node'), { recursive: true })
    await chown(join(here.stateDir, 'node'), 4_711, 4_711)
    const { code } = await setupCode(there, { url })
    expect(await ended([code])).toMatchObject({
      ...{ exit: 1, reason: 'ERR_KEY_FOLDER' },
      hint: expect.stringContaining('sudo chown -R 0 '),
    })
  })

  it('closes a folder that others may enter before it keeps anything there', async () => {
    const folder = join(here.stateDir, 'node')
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o777)
    await joined()
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it.runIf(process.getuid?.() !== 0)('is told of a folder that cannot be written', async () => {
    await mkdir(here.stateDir)
    await chmod(here.stateDir, 0o500)
    const { code } = await setupCode(there, { url })
    expect(await ended([code])).toMatchObject({ exit: 1, reason: 'ERR_CLIENT_FILE_NOT_WRITTEN' })
    await chmod(here.stateDir, 0o700)
  })

  it('is told once, in words, where nobody answers, and for how long that is tried', async () => {
    const { code } = await setupCode(there, { url })
    const child = spawn(process.execPath, [here.main, 'node', 'join', code], {
      env: { ...here.env },
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => (said += part))
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    child.kill('SIGKILL')
    expect(said.match(/.*127\.0\.0\.1:9.*/g)).toEqual([
      `Joining ${url}`,
      `Nobody answers at ${url}; trying for 1 min`,
    ])
  })

  it('is told no more than it needs where it ends as soon as it is connected', async () => {
    await joined()
    const { stdout, exit } = await here.run(['node', 'join', '--once'])
    expect(exit).toBe(0)
    expect(stdout).toMatch(
      /Connected to .*\n.*node join connects again, without a code\.\nEnded\.\n$/,
    )
    expect(stdout).not.toContain('Ctrl-C')
  })

  it('is told of an address where nobody answers, and tried again', async () => {
    const { code } = await setupCode(there, { url, urls: [gateway.url] })
    const run = joinRun(here, [code])
    expect(await run.says('not-reached')).toMatchObject({
      url,
      reason: 'ERR_GATEWAY_UNREACHABLE',
      retryInMs: 0,
    })
    await run.says('waiting')
    const alone = joinRun(here, [(await setupCode(there, { url })).code])
    expect(Number((await alone.says('not-reached'))['retryInMs'])).toBeGreaterThan(0)
  })
})

describe('a gateway with its own certificate', () => {
  it('is known by the fingerprint in the code; another one gets nothing', async () => {
    const home = await emptyHome()
    await mkdir(home.stateDir, { mode: 0o700 })
    const config = JSON.stringify({ gateway: { tls: { enabled: true } } })
    await writeFile(join(home.stateDir, 'openclaw.json'), config, { mode: 0o600 })
    const tls = await runGateway(home)
    expect(tls.url).toMatch(/^wss:/)
    const { code } = await setupCode(home, { url: tls.url, tlsFingerprint: 'ab'.repeat(32) })
    const wrong = joinRun(here, [code])
    expect((await wrong.says('error'))['error']).toMatchObject({ code: 'ERR_TLS_FINGERPRINT' })
    expect(await wrong.exit).toBe(4)
    const place = { url: tls.url, tlsFingerprint: tls.tlsFingerprint ?? '' }
    const right = joinRun(here, [(await setupCode(home, place)).code])
    await right.says('waiting')
    tls.stop()
    await home.remove()
  })
})

describe.skipIf(noTerminal !== undefined)('on a terminal', () => {
  it('asks for the code without showing it, counts while it waits, and says how it goes on', async () => {
    const { code, secret } = await setupCode(there, { url: gateway.url })
    const run = onTerminal(here, ['node', 'join', '--name', 'kitchen'])
    await run.shows(/Paste the setup code/)
    run.type(`${code}\r`)
    await run.shows(/Waiting for the owner … 1 s/)
    const [, requestId] = /openclaw devices approve (device-\w+)/.exec(run.screen()) ?? []
    await approve(requestId)
    await run.shows(/Connected.* to ws:/)
    await run.shows(/node join connects again/)
    run.type('\u0003')
    expect(await run.exit).toBe(0)
    expect(run.screen()).toContain('Ended.')
    expect(run.screen()).not.toContain(code.slice(0, 24))
    expect(run.screen()).not.toContain(secret)
    await rm(join(here.stateDir, 'node/gateway.json'))
    const again = onTerminal(here, ['node', 'join'])
    await again.shows(/Paste the setup code/)
    again.type('\u0003')
    expect(await again.exit).toBe(2)
  })
})
