import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSetupCode } from '@openclaw/pairing-protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drawText, qrPicture } from '../src/qr-app.ts'
import { emptyHome, type Home, type Json, type Ran } from './support/cli.ts'
import { runGateway } from './support/gateway.ts'
import { type HomeHere, homeHere } from './support/here.ts'
import { isSameCode, readPng, readScreen, readSvg } from './support/qr.ts'

let home: HomeHere
beforeEach(async () => {
  home = await homeHere()
})
afterEach(() => home.remove())

const URL_HERE = 'ws://127.0.0.1:18789'
/** Pictures are named from where the command runs. */
const placeOf = (args: readonly string[]): Home =>
  args.includes('--png') || args.includes('--svg') ? home.apart : home
const qr = (...args: string[]): Promise<Ran> =>
  placeOf(args).run(['qr', '--url', URL_HERE, ...args])
const codes = async () =>
  (await home.json(['qr', '--list'])) as { setupCodes: { setupId: string; state: string }[] }
const states = async () => (await codes()).setupCodes.map(({ state }) => state)
const configured = async (config: unknown): Promise<void> => {
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config))
}
/** The owner approves who waits, as soon as somebody does. */
const approvesFirst = async (): Promise<void> => {
  for (let look = 0; look < 40; look += 1) {
    const { pending } = (await home.json(['devices', 'list'])) as { pending: Json[] }
    const id = String(pending[0]?.['requestId'])
    if (pending.length > 0 && (await home.run(['devices', 'approve', id])).exit === 0) return
  }
  throw new Error('nobody waits')
}
const reason = ({ stdout }: Ran): unknown => (JSON.parse(stdout) as { error: Json }).error['reason']

describe('a setup code', () => {
  it('is what 2026.2 prints as JSON, with a secret of its own', async () => {
    const said = await home.json(['qr', '--url', URL_HERE])
    expect(said).toMatchObject({
      gatewayUrl: URL_HERE,
      auth: 'token',
      urlSource: '--url',
      setupId: expect.stringMatching(/^setup-[0-9a-z]{12}$/),
      urls: [URL_HERE],
      tlsFingerprint: null,
      gatewayRunning: false,
    })
    const read = readSetupCode(String(said['setupCode']))
    const secret = expect.stringMatching(/^[\w-]{43}$/)
    expect(read).toMatchObject({
      ok: true,
      holds: 'setup-secret',
      payload: {
        url: URL_HERE,
        bootstrapToken: secret,
        token: secret,
        expiresAtMs: Date.parse(String(said['expiresAt'])),
      },
    })
    const { payload } = read.ok ? read : { payload: undefined }
    expect(payload?.token).toBe(payload?.bootstrapToken)
    expect(await states()).toEqual(['unbound'])
  })

  it('stands alone where nothing else is asked for, and leaves its secret nowhere', async () => {
    const { stdout, exit } = await qr('--setup-code-only')
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^[\w-]+\n$/)
    const read = readSetupCode(stdout)
    const secret = read.ok ? read.payload.bootstrapToken : 'none'
    const files = await readdir(home.stateDir, { recursive: true, withFileTypes: true })
    for (const file of files.filter((each) => each.isFile()))
      expect(await readFile(join(file.parentPath, file.name), 'utf8')).not.toContain(secret)
  })

  it('is not made while they are switched off, and doctor says so', async () => {
    await configured({ plugins: { entries: { 'device-pair': { enabled: false } } } })
    for (const command of [['qr'], ['qr', '--url', URL_HERE], ['qr', '--setup-code-only']]) {
      const { stdout, stderr, exit } = await home.run(command)
      expect(exit).toBe(4)
      expect(stdout).toBe('')
      expect(stderr).toMatch(/plugins\.entries\.device-pair\.enabled: true into .*openclaw\.json/)
    }
    const said = await home.run(['qr', '--json'])
    expect(JSON.parse(said.stdout)).toMatchObject({ error: { code: 'ERR_CLI_SETUP_CODES_OFF' } })
    expect(await states()).toEqual([])
    const doctor = await home.run(['doctor'])
    expect(doctor.exit).toBe(0)
    expect(doctor.stdout).toMatch(/Setup codes {2,}switched off: plugins/)
  })

  it('is made under the name that 2026.2 has for it as well', async () => {
    const { stdout } = await home.run(['clawbot', 'qr', '--url', URL_HERE, '--setup-code-only'])
    expect(readSetupCode(stdout)).toMatchObject({ ok: true })
  })

  it('never holds the secret of the gateway, not even one that is given as in 2026.2', async () => {
    await configured({ gateway: { auth: { token: 'a'.repeat(40) } } })
    const { stdout, stderr, exit } = await qr('--setup-code-only', '--token', 'mine-mine-mine')
    expect(exit).toBe(0)
    const json = Buffer.from(stdout, 'base64url').toString()
    expect(json).not.toMatch(/aaaa|mine/)
    expect(stderr).toContain('--token is not used')
    expect((await qr('--token', 'a', '--password', 'b')).exit).toBe(2)
  })

  it('is drawn where nobody watches too, and can be read from there', async () => {
    const { stdout, stderr, exit } = await qr()
    expect(exit).toBe(0)
    const code = /^\w[\w-]{150,}$/m.exec(stdout)?.[0]
    expect(isSameCode(readScreen(stdout), code ?? '')).toBe(true)
    expect(stdout).toMatch(/Valid {4}10 min/)
    expect(stderr).toContain('no gateway runs here')
    expect((await qr('--no-ascii')).stdout).not.toMatch(/[█▀▄]/)
    const painted = await home.run(['qr', '--url', URL_HERE], { env: { FORCE_COLOR: '1' } })
    expect(readScreen(painted.stdout)).toBeDefined()
  })

  it('leads a node to a gateway with a certificate of its own, which it trusts by the code alone', async () => {
    await configured({ gateway: { tls: { enabled: true } } })
    const unmade = await home.run(['qr', '--url', 'wss://localhost:18789', '--json'])
    expect(unmade.exit).toBe(1)
    expect(unmade.stderr).toContain('certificate')
    const gateway = await runGateway(home)
    try {
      const said = await home.json(['qr', '--url', gateway.url])
      expect(said).toMatchObject({
        gatewayRunning: true,
        tlsFingerprint: expect.stringMatching(/^[\da-f]{64}$/),
      })
      const read = readSetupCode(String(said['setupCode']))
      expect(read).toMatchObject({ payload: { tlsFingerprint: said['tlsFingerprint'] } })
      const elsewhere = await emptyHome()
      const joined = elsewhere.run(['node', 'join', '--once', String(said['setupCode'])])
      await approvesFirst()
      expect(await joined).toMatchObject({ exit: 0 })
      await elsewhere.remove()
      expect(await states()).toEqual(['used'])
    } finally {
      await gateway.stop()
    }
  })

  it('can be withdrawn by its id, once', async () => {
    const { setupId } = await home.json(['qr', '--url', URL_HERE])
    const line = ['qr', '--withdraw', String(setupId)]
    expect(await home.json(line)).toEqual({ setupId, outcome: 'withdrawn' })
    expect(await states()).toEqual(['withdrawn'])
    const again = await home.run([...line, '--json'])
    expect([again.exit, reason(again)]).toEqual([3, 'withdrawn'])
    const unknown = await home.run(['qr', '--withdraw', 'setup-0', '--json'])
    expect([unknown.exit, reason(unknown)]).toEqual([3, 'unknown'])
  })

  it('is refused where too many live, with the way out', async () => {
    for (let made = 0; made < 16; made += 1) expect((await qr('--setup-code-only')).exit).toBe(0)
    const { stderr, exit } = await qr('--setup-code-only')
    expect(exit).toBe(4)
    expect(stderr).toMatch(/16 setup codes live.*\n.*qr --list/)
  }, 20_000)
})

describe('a picture', () => {
  it.each([
    ['--png', 'qr.png', (bytes: Buffer) => readPng(bytes)],
    ['--svg', 'qr.svg', (bytes: Buffer) => readSvg(bytes.toString())],
  ] as const)('of %s holds the code, for its owner alone', async (option, name, read) => {
    const said = await home.apart.json(['qr', '--url', URL_HERE, option, name])
    const path = join(home.folder, name)
    expect(said[option.slice(2)]).toBe(path)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(isSameCode(read(await readFile(path)), String(said['setupCode']))).toBe(true)
  })

  it('in SVG has stdout to itself where no file is named', async () => {
    const { stdout, exit } = await qr('--svg')
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
    expect(readSetupCode(readSvg(stdout) ?? '')).toMatchObject({ ok: true })
    expect((await qr('--svg', '--png', 'a.png')).stdout).toMatch(/^<svg /)
    expect(await stat(join(home.folder, 'a.png'))).toBeDefined()
  })

  it.each([
    ['that is there', 'there.png', 'EEXIST'],
    ['at the end of a link', 'link.png', 'EEXIST'],
    ['in no directory', 'none/a.png', 'ENOENT'],
    ['below a file', 'there.png/a.png', 'ENOTDIR'],
  ])('is not written into a file %s, and no code stays behind', async (_, name, code) => {
    await writeFile(join(home.folder, 'there.png'), 'mine')
    await writeFile(join(home.folder, 'target'), 'mine')
    await symlink('target', join(home.folder, 'link.png'))
    const ran = await qr('--png', name, '--no-wait', '--json')
    expect([ran.exit, reason(ran)]).toEqual([1, code])
    expect(await readFile(join(home.folder, 'there.png'), 'utf8')).toBe('mine')
    expect(await readFile(join(home.folder, 'target'), 'utf8')).toBe('mine')
    expect(await states()).toEqual(['withdrawn'])
  })

  it('of two is written with the other or not at all', async () => {
    await mkdir(join(home.folder, 'full'))
    await chmod(join(home.folder, 'full'), 0o700)
    const ran = await qr('--png', 'a.png', '--svg', 'none/a.svg')
    expect(ran.exit).toBe(1)
    expect(await readdir(home.folder)).not.toContain('a.png')
    expect(await states()).toEqual(['withdrawn'])
  })

  it.each(['plain', 'painted'] as const)(
    'in characters (%s) can be read for every length',
    (kind) => {
      for (let length = 1; length < 900; length += 97) {
        const text = 'wK9-'.repeat(length).slice(0, length)
        expect(readScreen(drawText(qrPicture(text, 2), kind).join('\n'))).toBe(text)
      }
    },
  )
})

describe('an address', () => {
  it('that nobody has leads to three ways out, and to no code', async () => {
    const { stderr, exit } = await home.run(['qr'])
    expect(exit).toBe(1)
    expect(stderr).toMatch(/publicUrl[\s\S]*tailscale serve --bg 18789[\s\S]*gateway\.bind: "lan"/)
    expect(stderr).toMatch(
      /To try it on this machine: .*openclaw qr --url ws:\/\/127\.0\.0\.1:18789\n/,
    )
    expect(stderr).toMatch(/hint: .* qr --url wss:\/\/gateway\.example\.org\n$/)
    const json = await home.run(['qr', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: { reason: 'no-address', fixes: expect.objectContaining({ length: 3 }) },
    })
    await expect(stat(home.stateDir)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('that only this machine has is good for a trial here, at the port that the gateway has', async () => {
    const gateway = await runGateway(home)
    try {
      const { stderr } = await home.run(['qr'])
      const [, url = ''] = /To try it on this machine: .* qr --url (\S+)/.exec(stderr) ?? []
      expect(url).toBe(gateway.url)
      expect((await home.run(['qr', '--url', url, '--no-wait'])).exit).toBe(0)
      expect((await home.run(['qr', '--remote'])).stderr).not.toContain('To try it')
    } finally {
      await gateway.stop()
    }
    await configured({
      gateway: { bind: 'lan', auth: { token: 'a'.repeat(40) } },
      plugins: { entries: { 'device-pair': { config: { publicUrl: 'ws://gw.example.org' } } } },
    })
    const { stderr } = await home.run(['qr'])
    expect(stderr).toContain('no address for devices')
    expect(stderr).not.toContain('To try it')
  })

  it.each([
    [
      { plugins: { entries: { 'device-pair': { config: { publicUrl: 'localhost:18789' } } } } },
      /read as ws:\/\/localhost:18789/,
      0,
    ],
    [
      { plugins: { entries: { 'device-pair': { config: { publicUrl: 'ws://gw.example.org' } } } } },
      /publicUrl would send the setup secret in clear/,
      1,
    ],
    [{ gateway: { tailscale: { mode: 'serve' } } }, /no program `tailscale` here/, 1],
  ])('of %j is told', async (config, words, code) => {
    await configured(config)
    const { stderr, exit } = await home.run(['qr', '--setup-code-only'], {
      env: { PATH: '/nowhere' },
    })
    expect(stderr).toMatch(words)
    expect(exit).toBe(code)
  })

  it('of --remote is that of gateway.remote, and nothing else counts', async () => {
    const none = await home.run(['qr', '--remote', '--json'])
    expect([none.exit, reason(none)]).toEqual([1, 'no-address'])
    await configured({ gateway: { remote: { url: 'wss://gw.example.org' } } })
    expect(await home.json(['qr', '--remote'])).toMatchObject({ urlSource: 'gateway.remote.url' })
  })
})

it.each([
  [['--json', '--setup-code-only']],
  [['--json', '--svg']],
  [['--svg', '--setup-code-only']],
  [['--url', 'wss://a.example.org', '--public-url', 'wss://b.example.org']],
  [['--png']],
  [['word']],
])('%j is not understood, and makes no code', async (args) => {
  const { exit } = await home.run(['qr', ...args])
  expect(exit).toBe(2)
  await expect(stat(home.stateDir)).rejects.toMatchObject({ code: 'ENOENT' })
})
