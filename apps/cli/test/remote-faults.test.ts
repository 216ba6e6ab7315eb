import { existsSync, readdirSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Home, Json, Ran } from './support/cli.ts'
import { waits } from './support/devices.ts'
import {
  type Answer,
  type FakeGateway,
  type FakeOptions,
  fakeGateway,
  hello,
} from './support/fake-gateway.ts'
import { homeHere } from './support/here.ts'

let home: Home
beforeAll(async () => {
  home = await homeHere()
})
afterAll(() => home.remove())
let gateway: FakeGateway | undefined
afterEach(() => gateway?.close())

const errorOf = ({ stdout }: Ran): Json => JSON.parse(stdout).error
/** One line and a hint, without a stack, and nothing secret. */
const SHORT = /^error: [^\n]+\n(?: {2}[^\n]+\n)*hint: [^\n]+\n$/

/** Runs a command against a gateway that says what the test says. */
async function against(
  answer: Parameters<typeof fakeGateway>[0],
  args: readonly string[] = ['devices', 'list'],
  options: FakeOptions = {},
): Promise<Ran> {
  gateway = await fakeGateway(answer, options)
  const ran = await home.run([...args, '--url', gateway.url, '--token', 's3cret'])
  for (const text of [ran.stdout, ran.stderr]) {
    expect(text).not.toContain('s3cret')
    expect(text).not.toMatch(/^\s+at /m)
  }
  return ran
}

const refusal = (code: string, message: string, more: Json = {}): Answer => ({
  error: { code: 'INVALID_REQUEST', message, details: { code, ...more } },
})

/** Lets in with the scopes that were asked for, then says `next`. */
const letsIn =
  (next: (method: string, params: Json) => Answer, methods: readonly string[] = ALL) =>
  (method: string, params: Json): Answer =>
    method === 'connect' ? hello(params['scopes'] as string[], methods) : next(method, params)
const ALL = ['device.pair.list', 'device.pair.approve', 'device.pair.reject', 'node.list']

describe('a gateway that does not let in', () => {
  it.each([
    ['AUTH_TOKEN_MISMATCH', 'unauthorized: gateway token mismatch (provide gateway auth token)'],
    ['AUTH_PASSWORD_MISSING', 'unauthorized: gateway password missing (enter gateway password)'],
    ['AUTH_DEVICE_TOKEN_MISMATCH', 'unauthorized: device token mismatch'],
    ['PAIRING_LIST_FULL', 'pairing required: too many requests are waiting'],
  ])('for %s is told as a refusal', async (code, message) => {
    const ran = await against(() => refusal(code, message), ['devices', 'list', '--json'])
    expect(ran.exit).toBe(4)
    expect(ran.stderr).toMatch(SHORT)
    expect(errorOf(ran)).toMatchObject({ code: `ERR_${code}` })
  })

  it('because too many were wrong says for how long, and is asked once', async () => {
    const said = {
      code: 'INVALID_REQUEST',
      message: 'unauthorized: too many failed',
      retryable: true,
    }
    const details = { code: 'AUTH_RATE_LIMITED' }
    const ran = await against(() => ({ error: { ...said, details, retryAfterMs: 120_000 } }))
    expect(ran).toMatchObject({ exit: 4, stderr: expect.stringContaining('again in 2 min') })
    expect(gateway?.asked).toHaveLength(1)
  })

  it('of 2026.2 has its words understood without a code', async () => {
    const error = { code: 'NOT_PAIRED', message: 'pairing required', details: { requestId: 'a-1' } }
    const ran = await against(() => ({ error }))
    expect(ran.exit).toBe(4)
    expect(ran.stderr).toMatch(/Request +a-1\n[\s\S]*machine: openclaw devices approve a-1\n$/)
  })

  it('has a request id that a shell would run left out of the command', async () => {
    const details = { code: 'PAIRING_REQUIRED', requestId: 'x; reboot' }
    const error = { code: 'NOT_PAIRED', message: 'pairing required', details }
    expect((await against(() => ({ error }))).stderr).toMatch(/approve 'x; reboot'\n$/)
    const hidden = { ...details, requestId: 'x\u202e1' }
    expect((await against(() => ({ error: { ...error, details: hidden } }))).stderr).toMatch(
      /machine: openclaw devices list\n$/,
    )
  })

  it('speaks another protocol, and which side is behind is to be found out', async () => {
    const ran = await against(() => refusal('PROTOCOL_MISMATCH', 'protocol mismatch'))
    expect(ran).toMatchObject({ exit: 1, stderr: expect.stringContaining('3 and 4') })
  })
})

describe('a gateway that cannot be asked', () => {
  it('because nothing listens there', async () => {
    const ran = await home.run(['nodes', 'list', '--url', 'ws://127.0.0.1:1', '--json'])
    expect(ran).toMatchObject({ exit: 1, stderr: expect.stringMatching(SHORT) })
    expect(errorOf(ran)).toMatchObject({ reason: 'ERR_GATEWAY_UNREACHABLE' })
  })

  it('because its port speaks TLS, and is told so', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const ran = await home.run(['nodes', 'list', '--url', `ws://127.0.0.1:${String(port)}`])
    server.close()
    expect(ran).toMatchObject({
      exit: 1,
      stderr: expect.stringMatching(/\nhint: .*wss:\/\/.*--tls-fingerprint/),
    })
  })

  it.each<[string, FakeOptions, (method: string) => Answer]>([
    ['says nothing at first', { greeting: 'silence' }, () => 'silence'],
    ['does not answer connect', {}, () => 'silence'],
    [
      'does not answer what is asked',
      {},
      (method) => (method === 'connect' ? hello(['operator.pairing']) : 'silence'),
    ],
  ])('because it %s, is waited for as long as was said', async (_, options, answer) => {
    const began = Date.now()
    const line = ['devices', 'list', '--timeout', '400', '--json']
    const ran = await against(answer, line, options)
    expect(ran).toMatchObject({ exit: 1, stderr: expect.stringMatching(SHORT) })
    expect(Date.now() - began).toBeLessThan(5_000)
  })

  it('goes away in the middle, and nobody says that it was done', async () => {
    const ran = await against(letsIn(() => 'close'))
    expect(ran).toMatchObject({
      exit: 1,
      stderr: expect.stringMatching(/may have been done or not/),
    })
  })

  it('answers what cannot be read', async () => {
    const ran = await against(letsIn(() => ({ payload: { pending: 'x' } })))
    expect(ran).toMatchObject({ exit: 1, stderr: expect.stringMatching(SHORT) })
  })

  it.each([
    ['ws://8.8.8.8:18789', 4, 'wss://'],
    ['http://127.0.0.1', 2, 'neither wss:// nor ws://'],
    ['wss://user:pa55@host', 2, 'user name or password'],
    ['wss://host?token=pa55', 2, 'after the path'],
    ['nonsense', 2, 'not a URL'],
  ])('at %s', async (url, exit, said) => {
    const ran = await home.run(['devices', 'list', '--url', url, '--json'])
    expect(ran).toMatchObject({ exit, stderr: expect.stringContaining(said) })
    expect(ran.stdout + ran.stderr).not.toContain('pa55')
    expect(errorOf(ran)).toMatchObject({ message: expect.any(String) })
  })

  it('shows another certificate than was said; and the right one is taken', async () => {
    const list = letsIn(() => ({ payload: { pending: [], paired: [] } }))
    const unknown = await against(list, ['devices', 'list'], { tls: 'own-certificate' })
    expect(unknown).toMatchObject({ exit: 1, stderr: expect.stringContaining('--tls-fingerprint') })
    const line = ['devices', 'list', '--url', gateway?.url ?? '']
    const pinned = await home.run([...line, '--tls-fingerprint', gateway?.fingerprint ?? ''])
    expect(pinned).toMatchObject({ exit: 0, stderr: '' })
    const before = gateway?.asked.length
    const other = await home.run([...line, '--tls-fingerprint', 'ab'.repeat(32), '--json'])
    expect(other.exit).toBe(4)
    expect(errorOf(other)).toMatchObject({ code: 'ERR_TLS_FINGERPRINT' })
    expect(gateway?.asked).toHaveLength(before ?? 0)
  })
})

describe('what was asked', () => {
  it('is refused for a scope that does not hold there after all', async () => {
    const ran = await against((method) =>
      method === 'connect'
        ? hello(['operator.pairing'])
        : refusal('SCOPE_MISSING', 'missing scope: operator.pairing'),
    )
    expect(ran).toMatchObject({ exit: 4, stderr: expect.stringMatching(SHORT) })
  })

  it('is asked for with no more scopes than it needs', async () => {
    const scopes: Record<string, unknown> = {}
    for (const verb of ['devices list', 'nodes status', 'nodes invoke', 'nodes rename a b']) {
      const order = verb.endsWith('invoke') ? ['--node', 'a', '--command', 'b'] : []
      const nodes = letsIn(() => ({ payload: { ts: 1, nodes: [], pending: [], paired: [] } }))
      await against(nodes, [...verb.split(' '), ...order])
      scopes[verb] = gateway?.asked[0]?.params['scopes']
      await gateway?.close()
    }
    expect(scopes).toEqual({
      'devices list': ['operator.pairing'],
      'nodes status': ['operator.read'],
      'nodes invoke': ['operator.write'],
      'nodes rename a b': ['operator.read', 'operator.pairing'],
    })
  })

  const entry = {
    requestId: 'r-1',
    deviceId: 'ab'.repeat(32),
    publicKey: 'k',
    displayName: 'Old\u001b[31m phone',
    role: 'node',
    scopes: [],
    ts: 1,
  }
  const paired = { deviceId: entry.deviceId, createdAtMs: 1, approvedAtMs: 2, roles: ['node'] }
  const device = { ...paired, publicKey: 'k', tokens: [] }

  it('is approved as gateways of 2026.2 take it, and nothing more is said of it', async () => {
    const of2026 = letsIn((method, { digest }) => {
      if (method === 'device.pair.list') return { payload: { pending: [entry], paired: [] } }
      if (digest !== undefined) return { error: { code: 'INVALID_REQUEST', message: 'params' } }
      return { payload: { requestId: 'r-1', device } }
    })
    const shown = await against(of2026)
    expect(shown.stdout).toContain('“Old phone”')
    expect(shown.stdout).not.toMatch(/undefined|NaN|Ends/)
    await gateway?.close()
    expect(await against(of2026, ['devices', 'approve', 'r-1', '--json'])).toMatchObject({
      exit: 0,
    })
    await gateway?.close()
    const preview = await against(of2026, ['devices', 'approve', '--latest'])
    expect(preview).toMatchObject({ exit: 4, stdout: expect.stringContaining('what it offers') })
    await gateway?.close()
    expect(await against(of2026, ['devices', 'approve', 'r-2'])).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('no request “r-2” waits'),
    })
  })

  it('is shown harmless, whatever a gateway says', async () => {
    const evil = '\u001b]0;x\u0007\u001b[2J\n$ rm'
    const bad = {
      ...entry,
      requestId: 'r',
      role: evil,
      reason: evil,
      remoteIp: evil,
      scopes: [evil],
    }
    const known = { ...device, label: evil, roles: [evil], scopes: [evil], platform: evil }
    const ran = await against(letsIn(() => ({ payload: { pending: [bad], paired: [known] } })))
    expect(ran.exit).toBe(0)
    expect(ran.stdout).toContain('A device waits')
    expect(ran.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|^\$ rm/m)
  })

  it('changed since it was shown, and is not approved', async () => {
    const ran = await against(
      letsIn((method) =>
        method === 'device.pair.list'
          ? { payload: { pending: [{ ...entry, digest: 'd-1' }], paired: [] } }
          : refusal('REQUEST_CHANGED', 'request changed', { difference: ['it now asks for more'] }),
      ),
      ['devices', 'approve', 'r-1', '--json'],
    )
    expect(ran.exit).toBe(4)
    expect(errorOf(ran)).toMatchObject({
      code: 'ERR_CLI_REQUEST_CHANGED',
      difference: ['it now asks for more'],
    })
    expect(gateway?.asked.at(-1)?.params).toEqual({ requestId: 'r-1', digest: 'd-1' })
  })

  it('is not offered by a gateway that is too old', async () => {
    const ran = await against(
      letsIn((method) =>
        method === 'device.pair.list'
          ? { payload: { pending: [], paired: [device] } }
          : { error: { code: 'INVALID_REQUEST', message: 'missing scope: operator.admin' } },
      ),
      ['devices', 'remove', entry.deviceId],
    )
    expect(ran).toMatchObject({ exit: 1, stderr: expect.stringContaining('does not offer') })
  })
})

describe('a line that is not understood', () => {
  it.each([
    [['--token', 'x'], '--token is for a gateway elsewhere'],
    [['--tls-fingerprint', 'x'], '--url'],
    [['--url', 'ws://127.0.0.1:1', '--timeout', 'soon'], '--timeout'],
    [['--url', 'ws://127.0.0.1:1', '--token', 'a', '--password', 'b'], 'not both'],
    [['--url', 'wss://127.0.0.1:1', '--tls-fingerprint', 'zz'], '--tls-fingerprint'],
  ])('with %j asks nobody', async (more, said) => {
    const elsewhere = await homeHere()
    const ran = await elsewhere.run(['devices', 'list', ...more])
    expect(ran).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(said) })
    expect(existsSync(join(elsewhere.stateDir, 'devices'))).toBe(false)
    await elsewhere.remove()
  })

  it('completes nothing of here for a gateway elsewhere', async () => {
    const here = ['__complete', '--', 'devices', 'approve', '']
    const requestId = await waits(home, { key: 'tablet' })
    expect((await home.run(here)).stdout).toContain(requestId)
    const line = ['__complete', '--', 'devices', 'approve', '--url', 'ws://x', '']
    expect(await home.run(line)).toMatchObject({ exit: 0, stdout: '' })
    const options = ['__complete', '--', 'devices', 'list', '--u']
    expect((await home.run(options)).stdout).toMatch(/^--url\t/)
  })

  it('keeps no key in a folder that leads elsewhere', async () => {
    const linked = await homeHere()
    const target = join(linked.folder, 'target')
    await mkdir(target)
    await mkdir(linked.stateDir)
    await symlink(target, join(linked.stateDir, 'identity'))
    const ran = await linked.run(['devices', 'list', '--url', 'ws://127.0.0.1:1', '--json'])
    expect([ran.exit, errorOf(ran)['code'], readdirSync(target)]).toEqual([1, 'ERR_KEY_FOLDER', []])
    await linked.remove()
  })

  it('keeps an identity that cannot be read as it is', async () => {
    const broken = await homeHere()
    await mkdir(join(broken.stateDir, 'identity'), { recursive: true, mode: 0o700 })
    await writeFile(join(broken.stateDir, 'identity/device.json'), '{')
    const ran = await broken.run(['devices', 'list', '--url', 'ws://127.0.0.1:1', '--json'])
    expect(ran.exit).toBe(1)
    expect(errorOf(ran)).toMatchObject({ code: 'ERR_IDENTITY_UNREADABLE' })
    await broken.remove()
  })
})
