// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is the syntax under test
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { goneBetween, isCurrent, loadConfig, requireValid } from '../src/index.ts'
import { nodeFiles } from '../src/node.ts'
import { at, complaints, folderWith, load, loadFrom } from './support.ts'

const refused = (code: string, rest: object = {}) => expect.objectContaining({ code, ...rest })

describe('without any configuration', () => {
  it('has the careful defaults', async () => {
    const config = await loadFrom(await folderWith({}))
    expect(config.problems).toEqual([])
    expect(config.gateway).toEqual({
      port: 18789,
      bind: 'loopback',
      host: '127.0.0.1',
      auth: 'token',
      token: undefined,
      password: undefined,
      nodes: { allowCommands: [], denyCommands: [] },
      allowedOrigins: [],
      trustedProxies: [],
      tailscale: 'off',
      logFormat: 'auto',
    })
    expect(config.devices).toEqual({ autoApproveLocal: false, maxPending: 50 })
    expect(config.devicePair).toEqual({ enabled: true, publicUrl: undefined })
    expect(config.agent).toEqual({ kind: 'echo' })
    expect(config.telegram).toEqual([])
    expect(config.webchat).toMatchObject([
      { channel: 'webchat', account: 'default', enabled: true },
    ])
    expect(config.accounts).toEqual(config.webchat)
    expect(config.policyOf(at('telegram'))).toMatchObject({
      policy: 'pairing',
      allowFrom: [],
      owners: [],
      replyMode: 'code',
      maxPending: 3,
    })
  })
})

describe('openclaw.json', () => {
  it('is JSON5', async () => {
    const config = await load(`// mine
      { gateway: { port: 0x4a38, }, channels: { telegram: { dmPolicy: 'allowlist', allowFrom: [5] } } }`)
    expect(config.gateway.port).toBe(19_000)
    expect(config.policyOf(at('telegram'))).toMatchObject({ policy: 'allowlist', allowFrom: ['5'] })
  })

  it('may begin with a byte order mark', async () => {
    expect((await load('\ufeff{"gateway":{"port":5000}}')).gateway.port).toBe(5000)
  })

  it('has foreign keys left alone, also those that could not be read', async () => {
    const config = await load({
      models: { $include: './missing.json', key: '${NOT_SET}' },
      plugins: { entries: { x: { y: '${NOT_SET}' } } },
      channels: {
        defaults: { groupPolicy: 'open' },
        discord: { actions: { x: '${NOT_SET}' } },
        msteams: { appId: '${NOT_SET}' },
      },
      gateway: { mode: 'local', nodes: { browser: {} }, controlUi: { enabled: true } },
    })
    expect(config.problems).toEqual([])
  })

  it.each([
    ['a comma is missing', '{\n  "gateway": {}\n  "channels": {}\n}', 3, 3],
    ['it ends too early', '{ channels: { telegram: {', 1, 26],
    ['it is empty', '', 1, 1],
    ['it is blank', ' \n\n', 3, 1],
  ])('is refused with file, line and column where %s', async (_name, text, line, column) => {
    const folder = await folderWith({ 'openclaw.json': text })
    const file = join(folder, 'openclaw.json')
    await expect(loadFrom(folder)).rejects.toThrow(
      refused('ERR_CONFIG_SYNTAX', { file, line, column, hint: expect.stringContaining(file) }),
    )
  })

  it('does not show in its errors what stands there', async () => {
    const error: unknown = await load('{ token: SECRET123 }').catch((reason: unknown) => reason)
    expect(String(error)).toContain('openclaw.json:1:')
    expect(JSON.stringify([error, String(error)])).not.toMatch(/SECRET|'S'/)
  })

  it.each(['[]', '"text"', 'null', '5', 'true'])('is refused where it holds %s', async (text) => {
    await expect(load(text)).rejects.toThrow(refused('ERR_CONFIG_SHAPE'))
  })

  it('is refused where it is a directory, a pipe, a link to nowhere, or no text', async () => {
    const folder = await folderWith({})
    const file = join(folder, 'openclaw.json')
    const fails = () =>
      expect(loadFrom(folder)).rejects.toThrow(refused('ERR_CONFIG_UNREADABLE', { file }))
    await mkdir(file)
    await fails()
    await rm(file, { recursive: true })
    execFileSync('mkfifo', [file])
    await fails()
    await rm(file)
    await symlink(join(folder, 'nowhere'), file)
    await fails()
    await rm(file)
    await writeFile(file, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]))
    await fails()
  })

  it('is refused where it may not be read', async () => {
    const files = nodeFiles()
    const read = (path: string, maxBytes: number) => {
      if (path.endsWith('openclaw.json')) throw Object.assign(new Error('no'), { code: 'EACCES' })
      return files.read(path, maxBytes)
    }
    const folder = await folderWith({ 'openclaw.json': {} })
    await expect(
      loadConfig({ env: { OPENCLAW_STATE_DIR: folder }, files: { ...files, read } }),
    ).rejects.toThrow(
      refused('ERR_CONFIG_UNREADABLE', { message: expect.stringContaining('EACCES') }),
    )
  })

  it('is refused where it is endless or nested without end', async () => {
    await expect(load(`{"a":"${'x'.repeat(1_100_000)}"}`)).rejects.toThrow(
      refused('ERR_CONFIG_TOO_LARGE'),
    )
    await expect(load(`{"channels":${'['.repeat(5000)}${']'.repeat(5000)}}`)).rejects.toThrow(
      refused('ERR_CONFIG_TOO_LARGE'),
    )
  })

  it('may be a link to a file', async () => {
    const folder = await folderWith({ 'real.json': { gateway: { port: 5001 } } })
    await symlink(join(folder, 'real.json'), join(folder, 'openclaw.json'))
    expect((await loadFrom(folder)).gateway.port).toBe(5001)
  })

  it('has __proto__ as a key like any other', async () => {
    const config = await load(
      '{"__proto__":{"gateway":{"port":1}},"channels":{"__proto__":{"dmPolicy":"open"}},"gateway":{"__proto__":{"port":2}}}',
    )
    expect(config.gateway.port).toBe(18789)
    expect(({} as Record<string, unknown>)['gateway']).toBeUndefined()
    expect(config.policyOf(at('telegram')).policy).toBe('pairing')
    expect(config.policyOf(at('__proto__')).policy).toBe('pairing')
  })
})

describe('pairing.json5', () => {
  it('is laid over openclaw.json: objects are merged, lists replaced', async () => {
    const folder = await folderWith({
      'openclaw.json': { channels: { telegram: { dmPolicy: 'allowlist', allowFrom: ['1', '2'] } } },
      'pairing.json5':
        "{ channels: { telegram: { allowFrom: ['3'], pairing: { maxPending: 5 } } } }",
    })
    const policy = (await loadFrom(folder)).policyOf(at('telegram'))
    expect(policy).toMatchObject({ policy: 'allowlist', allowFrom: ['3'], maxPending: 5 })
    expect(policy.allowFromSource).toBe(
      `channels.telegram.allowFrom in ${join(folder, 'pairing.json5')}`,
    )
  })

  it('is refused like openclaw.json where it is broken', async () => {
    const folder = await folderWith({ 'openclaw.json': {}, 'pairing.json5': '{ x: ' })
    await expect(loadFrom(folder)).rejects.toThrow(
      refused('ERR_CONFIG_SYNTAX', { file: join(folder, 'pairing.json5') }),
    )
  })

  it('has each unknown key named, with what was meant', async () => {
    const folder = await folderWith({
      'pairing.json5': {
        pairng: {},
        weather: 1,
        pairing: { agnet: {} },
        channels: { telegram: { pairing: { replay: 'code' } } },
      },
    })
    const config = await loadFrom(folder)
    expect(complaints(config)).toEqual([
      'warning channels.telegram.pairing.replay',
      'warning pairing.agnet',
      'warning pairng',
      'warning weather',
    ])
    expect(config.problems.map(({ fix }) => fix)).toContain('Did you mean "agent"?')
    expect(new Set(config.problems.map(({ file }) => file))).toEqual(
      new Set([join(folder, 'pairing.json5')]),
    )
  })
})

describe('a slip in a shared section', () => {
  it('is warned of, and keys of OpenClaw are not', async () => {
    const config = await load({
      gatway: {},
      hooks: {},
      commands: { ownerAllowform: ['1'], allowFrom: {} },
      channels: {
        telegarm: { dmPolicy: 'disabled' },
        TELEGRAM: { dmPolicy: 'disabled' },
        tg: {},
        telegram: { dmpolicy: 'open', allowform: ['*'], groups: {}, groupAllowFrom: [], name: 'x' },
        signal: { account: '+15551234567' },
        slack: { appToken: 'x', dms: {}, hm: {}, accounts: { work: { dmPolcy: 'open' } } },
      },
      gateway: { prot: 1, mode: 'local', nodes: {} },
    })
    expect(complaints(config)).toEqual([
      'warning channels.TELEGRAM',
      'warning channels.slack.accounts.work.dmPolcy',
      'warning channels.telegarm',
      'warning channels.telegram.allowform',
      'warning channels.telegram.dmpolicy',
      'warning channels.tg',
      'warning commands.ownerAllowform',
      'warning gateway.prot',
      'warning gatway',
    ])
    expect(config.policyOf(at('telegram')).policy).toBe('pairing')
  })
})

describe('a slip where one channel has keys of its own', () => {
  it('is warned of, with the key that is meant', async () => {
    const slips = { acount: '+15551234567', autostart: false, cliPaths: 'x', httpport: 1 }
    const config = await load({
      channels: {
        signal: { account: '+15550000000', ...slips },
        slack: { signingSecrets: 'x', accounts: { work: { apToken: 'x' } } },
        imessage: { dbpath: '/chat.db' },
      },
    })
    expect(config.problems.map(({ path, fix }) => [path.split('.').at(-1), fix])).toEqual([
      ['acount', 'Did you mean "account"?'],
      ['autostart', 'Did you mean "autoStart"?'],
      ['cliPaths', 'Did you mean "cliPath"?'],
      ['httpport', 'Did you mean "httpPort"?'],
      ['signingSecrets', 'Did you mean "signingSecret"?'],
      ['apToken', 'Did you mean "appToken"?'],
      ['dbpath', 'Did you mean "dbPath"?'],
    ])
  })
})

describe('several errors', () => {
  it('are mended one by one: the hint is not about the first alone', async () => {
    const [one, two] = [{ port: 'http' }, { port: 'http', bind: 'moon' }]
    const hintOf = async (gateway: object): Promise<unknown> => {
      const config = await load({ gateway })
      try {
        requireValid(config)
        return undefined
      } catch (error) {
        return (error as { hint?: string }).hint
      }
    }
    expect(await hintOf(one)).toContain('65535')
    expect(await hintOf(two)).toContain('openclaw doctor')
  })
})

describe('$include', () => {
  it('brings in one file or several, anywhere, with siblings on top and lists joined', async () => {
    const folder = await folderWith({
      'openclaw.json': { $include: ['./a.json5', 'sub/b.json5'], gateway: { port: 5002 } },
      'a.json5': "{ gateway: { port: 1, auth: { token: 'from-a-from-a-from-a-from-a' } } }",
      'sub/b.json5':
        "{ channels: { telegram: { $include: './telegram.json5', allowFrom: ['9'] } } }",
      'sub/telegram.json5': "{ dmPolicy: 'allowlist', allowFrom: ['8'] }",
    })
    const config = await loadFrom(folder)
    expect(config.problems).toEqual([])
    expect(config.gateway).toMatchObject({ port: 5002, token: 'from-a-from-a-from-a-from-a' })
    expect(config.policyOf(at('telegram'))).toMatchObject({
      policy: 'allowlist',
      allowFrom: ['8', '9'],
    })
  })

  it('is the file that a problem names', async () => {
    const folder = await folderWith({
      'openclaw.json': { channels: { $include: './c.json' } },
      'c.json': { telegram: { dmPolicy: 'nonsense' } },
    })
    expect((await loadFrom(folder)).problems).toMatchObject([
      { file: join(folder, 'c.json'), path: 'channels.telegram.dmPolicy', severity: 'error' },
    ])
  })

  it('never leads out of the directory, not by a link either', async () => {
    const outside = await folderWith({ 'secret.json': { gateway: { port: 5003 } } })
    const folder = await folderWith({ 'openclaw.json': { $include: join(outside, 'secret.json') } })
    const fails = () => expect(loadFrom(folder)).rejects.toThrow(refused('ERR_CONFIG_INCLUDE'))
    await fails()
    await symlink(join(outside, 'secret.json'), join(folder, 'link.json'))
    for (const name of ['./link.json', '../x.json', `${folder}-not-there/x.json`]) {
      await writeFile(join(folder, 'openclaw.json'), JSON.stringify({ $include: name }))
      await fails()
    }
    expect(`${outside}x`.startsWith(folder)).toBe(false)
  })

  it('does not take a directory with the same beginning for the same directory', async () => {
    const folder = await folderWith({
      'claw/openclaw.json': { $include: '../claw-other/x.json' },
      'claw-other/x.json': {},
    })
    await expect(loadFrom(join(folder, 'claw'))).rejects.toThrow(refused('ERR_CONFIG_INCLUDE'))
  })

  it.each([
    [
      'a circle',
      { 'openclaw.json': { $include: './a.json' }, 'a.json': { $include: './openclaw.json' } },
    ],
    ['itself', { 'openclaw.json': { $include: './openclaw.json' } }],
    ['a file that is not there', { 'openclaw.json': { $include: './none.json' } }],
    ['no name', { 'openclaw.json': { $include: 5 } }],
    ['an empty list', { 'openclaw.json': { $include: [] } }],
    [
      'a list with something else',
      { 'openclaw.json': { $include: ['./a.json', null] }, 'a.json': {} },
    ],
    ['too many', { 'openclaw.json': { $include: Array(100).fill('./a.json') }, 'a.json': {} }],
  ])('is refused for %s', async (_name, tree) => {
    await expect(loadFrom(await folderWith(tree))).rejects.toThrow(refused('ERR_CONFIG_INCLUDE'))
  })

  it('in a circle is noticed before anything is read twice', async () => {
    const folder = await folderWith({
      'openclaw.json': { $include: './a.json' },
      'a.json': { $include: './openclaw.json' },
    })
    const files = nodeFiles()
    const read = vi.fn(files.read)
    const env = { OPENCLAW_STATE_DIR: folder }
    await expect(loadConfig({ env, files: { ...files, read } })).rejects.toThrow(/circle/)
    expect(read).toHaveBeenCalledTimes(2)
  })

  it('is refused for a chain without end, and for branches that multiply', async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `${String(index)}.json`,
        { $include: `./${String(index + 1)}.json` },
      ]),
    )
    const deep = await folderWith({
      ...chain,
      'openclaw.json': { $include: './0.json' },
      '20.json': {},
    })
    await expect(loadFrom(deep)).rejects.toThrow(refused('ERR_CONFIG_INCLUDE'))
    const twice = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => {
        const next = `./${String(index + 1)}.json`
        return [`${String(index)}.json`, { $include: [next, next, next] }]
      }),
    )
    const wide = await folderWith({
      ...twice,
      'openclaw.json': { $include: './0.json' },
      '9.json': {},
    })
    await expect(loadFrom(wide)).rejects.toThrow(refused('ERR_CONFIG_INCLUDE'))
  })

  it('counts the bytes of all files together', async () => {
    const big = { comment: 'x'.repeat(1_000_000) }
    const folder = await folderWith({
      'openclaw.json': { $include: Array(5).fill('./big.json') },
      'big.json': big,
    })
    await expect(loadFrom(folder)).rejects.toThrow(refused('ERR_CONFIG_TOO_LARGE'))
  })

  it('of a broken file is refused with its place', async () => {
    const folder = await folderWith({ 'openclaw.json': { $include: './a.json' }, 'a.json': '{' })
    await expect(loadFrom(folder)).rejects.toThrow(
      refused('ERR_CONFIG_SYNTAX', { file: join(folder, 'a.json') }),
    )
  })
})

describe('${NAME}', () => {
  const telegram = (text: string) => ({ channels: { telegram: { allowFrom: [text] } } })

  it.each([
    ['${OWNER_ID}', '42'],
    ['telegram:${OWNER_ID}', 'telegram:42'],
    ['${A}${B_2}', '12'],
    ['$${OWNER_ID}', '${OWNER_ID}'],
    ['${lower}', '${lower}'],
    ['$OWNER_ID', '$OWNER_ID'],
  ])('%s is %s', async (text, value) => {
    const env = { OWNER_ID: '42', A: '1', B_2: '2' }
    expect((await load(telegram(text), { env })).policyOf(at('telegram')).allowFrom).toEqual([
      value,
    ])
  })

  it('of a variable that is not set is an error with its name, and the careful side', async () => {
    const config = await load(
      {
        gateway: { auth: { token: '${TOKEN}' }, port: '${PORT}' },
        channels: {
          telegram: { dmPolicy: '${POLICY}', allowFrom: ['${ID}'], botToken: 'x${EMPTY}' },
        },
      },
      { env: { EMPTY: '' } },
    )
    expect(complaints(config)).toEqual([
      'error channels.telegram.allowFrom.0',
      'error channels.telegram.botToken',
      'error channels.telegram.dmPolicy',
      'error gateway.auth.token',
      'error gateway.port',
    ])
    expect(config.problems[0]?.problem).toContain('POLICY')
    expect(config.gateway.token).toBeUndefined()
    expect(config.telegram[0]?.botToken).toBeUndefined()
    expect(config.policyOf(at('telegram'))).toMatchObject({ policy: 'disabled', allowFrom: [] })
  })

  it('works for numbers and words', async () => {
    const config = await load(
      { gateway: { port: '${PORT}' }, channels: { telegram: { dmPolicy: '${POLICY}' } } },
      { env: { PORT: '5004', POLICY: 'disabled' } },
    )
    expect(config.gateway.port).toBe(5004)
    expect(config.policyOf(at('telegram')).policy).toBe('disabled')
  })
})

describe('files and their guard', () => {
  it('that others may change are warned of', async () => {
    const folder = await folderWith({ 'openclaw.json': {} })
    await chmod(join(folder, 'openclaw.json'), 0o666)
    expect((await loadFrom(folder)).problems).toMatchObject([
      {
        severity: 'warning',
        file: join(folder, 'openclaw.json'),
        fix: expect.stringContaining('chmod 600'),
      },
    ])
  })

  it('that are named and not there are warned of, but not those of a fresh profile', async () => {
    const folder = await folderWith({})
    const named = await loadFrom(folder, {
      env: { OPENCLAW_CONFIG_PATH: join(folder, 'none.json') },
    })
    expect(complaints(named)).toEqual(['warning '])
    const fresh = await loadFrom(folder, {
      env: { OPENCLAW_STATE_DIR: '' },
      args: { profile: 'work' },
    })
    expect(fresh.problems).toEqual([])
    expect(fresh.paths.configPath).toBe(join(folder, '.openclaw-work', 'openclaw.json'))
  })

  it('have keys of ours listed where OpenClaw reads them too', async () => {
    const own = {
      pairing: {},
      channels: {
        webchat: {},
        telegram: { apiRoot: 'https://x.example', accounts: { work: { pairing: {} } } },
      },
    }
    const folder = await folderWith({ 'openclaw.json': own })
    expect((await loadFrom(folder)).ownKeys.map(({ path }) => path)).toEqual([
      'pairing',
      'channels.webchat',
      'channels.telegram.apiRoot',
      'channels.telegram.accounts.work.pairing',
    ])
    await rename(join(folder, 'openclaw.json'), join(folder, 'pairing.json5'))
    expect((await loadFrom(folder)).ownKeys).toEqual([])
  })
})

describe('the fingerprint', () => {
  it('changes with every file that was read, and with one that appears or goes', async () => {
    const folder = await folderWith({
      'openclaw.json': { $include: './a.json', channels: { telegram: { tokenFile: 'token' } } },
      'a.json': {},
      token: 'abc',
    })
    const files = nodeFiles()
    const config = await loadFrom(folder)
    expect(isCurrent(config, files)).toBe(true)
    for (const name of ['openclaw.json', 'a.json', 'token']) {
      const before = await loadFrom(folder)
      await utimes(join(folder, name), 1000, 1000 + name.length)
      expect(isCurrent(before, files)).toBe(false)
      expect(isCurrent(await loadFrom(folder), files)).toBe(true)
    }
    const without = await loadFrom(folder)
    await writeFile(join(folder, 'pairing.json5'), '{}')
    expect(isCurrent(without, files)).toBe(false)
    const whole = await loadFrom(folder)
    await rm(join(folder, 'openclaw.json'))
    expect(isCurrent(whole, files)).toBe(false)
  })

  it('says which file went away, and nothing of one that came or changed', async () => {
    const folder = await folderWith({ 'openclaw.json': '{}' })
    const path = join(folder, 'openclaw.json')
    const before = await loadFrom(folder)
    await writeFile(path, '{ }')
    await writeFile(join(folder, 'pairing.json5'), '{}')
    const both = await loadFrom(folder)
    expect(goneBetween(before, both)).toBeUndefined()
    await rm(path)
    const own = await loadFrom(folder)
    expect(goneBetween(both, own)).toBe(path)
    await writeFile(path, '{}')
    await rm(join(folder, 'pairing.json5'))
    expect(goneBetween(both, await loadFrom(folder))).toBe(join(folder, 'pairing.json5'))
    expect(goneBetween(own, before)).toBe(join(folder, 'pairing.json5'))
  })

  it('changes when a file of the same size and age takes the place', async () => {
    const folder = await folderWith({ 'openclaw.json': '{ }', 'next.json': '{ }' })
    for (const name of ['openclaw.json', 'next.json']) await utimes(join(folder, name), 1000, 1000)
    const config = await loadFrom(folder)
    await rename(join(folder, 'next.json'), join(folder, 'openclaw.json'))
    expect(isCurrent(config, nodeFiles())).toBe(false)
  })
})

describe('requireValid', () => {
  it('lets warnings pass and names every error', async () => {
    const warned = await load({ channels: { telegram: { dmPolicy: 'allowlist' } } })
    expect(warned.problems).toHaveLength(1)
    expect(() => requireValid(warned)).not.toThrow()
    const broken = await load({
      channels: { telegram: { dmPolicy: 'opn' } },
      gateway: { port: 'x' },
    })
    expect(() => requireValid(broken)).toThrow(
      refused('ERR_CONFIG_INVALID', { problems: broken.problems }),
    )
    expect(() => requireValid(broken)).toThrow(/channels\.telegram\.dmPolicy[\s\S]*gateway\.port/)
  })

  it('hears of an error that follows a flood of warnings', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `@name${String(index)}`)
    const config = await load({
      channels: { telegram: { allowFrom: names } },
      gateway: { port: 0 },
    })
    expect(config.problems.length).toBeLessThan(300)
    expect(() => requireValid(config)).toThrow(refused('ERR_CONFIG_INVALID'))
  })
})

describe('the JSON5 parser', () => {
  afterEach(() => {
    vi.doUnmock('json5')
    vi.resetModules()
  })

  it('is loaded only for a file that is no plain JSON', async () => {
    vi.resetModules()
    const loaded = vi.fn()
    vi.doMock('json5', () => {
      loaded()
      return { default: { parse: () => ({}) } }
    })
    const { loadConfig: fresh } = await import('../src/index.ts')
    const plain = await folderWith({ 'openclaw.json': { gateway: {} } })
    await fresh({ env: { OPENCLAW_STATE_DIR: plain }, files: nodeFiles() })
    expect(loaded).not.toHaveBeenCalled()
    const other = await folderWith({ 'openclaw.json': '{ gateway: {} }' })
    await fresh({ env: { OPENCLAW_STATE_DIR: other }, files: nodeFiles() })
    expect(loaded).toHaveBeenCalled()
  })
})
