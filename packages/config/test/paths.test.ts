import { describe, expect, it } from 'vitest'
import { profileEnvironment, resolvePaths } from '../src/index.ts'
import { memoryFiles } from './support.ts'

const HOME = { HOME: '/home/me' }

function stateDir(env: Record<string, string>, tree: Record<string, string | null> = {}): string {
  return resolvePaths(env, memoryFiles(tree)).stateDir
}

function configPath(env: Record<string, string>, tree: Record<string, string | null> = {}): string {
  return resolvePaths(env, memoryFiles(tree)).configPath
}

describe('the home directory', () => {
  it.each([
    ['OPENCLAW_HOME first', { OPENCLAW_HOME: '/srv/claw', HOME: '/home/me' }, '/srv/claw'],
    ['a ~ in it against HOME', { OPENCLAW_HOME: '~/claw', HOME: '/home/me' }, '/home/me/claw'],
    [
      'a ~ in it against USERPROFILE',
      { OPENCLAW_HOME: '~', USERPROFILE: '/users/me' },
      '/users/me',
    ],
    ['a ~ in it against the system home', { OPENCLAW_HOME: '~/x' }, '/home/os/x'],
    ['HOME', { HOME: '/home/me', USERPROFILE: '/users/me' }, '/home/me'],
    ['USERPROFILE where HOME is blank', { HOME: '  ', USERPROFILE: '/users/me' }, '/users/me'],
    ['the system home', {}, '/home/os'],
    ['made absolute', { HOME: 'rel' }, '/cwd/rel'],
    ['~user is an ordinary name', { OPENCLAW_HOME: '~bob', HOME: '/home/me' }, '/cwd/~bob'],
  ])('is %s', (_name, env, home) => {
    expect(resolvePaths(env as Record<string, string>, memoryFiles({})).home).toBe(home)
  })

  it('is the current directory where nothing else is known', () => {
    const files = { ...memoryFiles({}), osHome: () => undefined }
    expect(resolvePaths({}, files).home).toBe('/cwd')
    expect(resolvePaths({ OPENCLAW_HOME: '~' }, files).home).toBe('/cwd')
  })
})

describe('the state directory', () => {
  it.each([
    ['OPENCLAW_STATE_DIR', { ...HOME, OPENCLAW_STATE_DIR: ' /data ' }, {}, '/data'],
    ['its legacy name', { ...HOME, CLAWDBOT_STATE_DIR: '~/bot' }, {}, '/home/me/bot'],
    [
      'the new name before the legacy one',
      { ...HOME, OPENCLAW_STATE_DIR: 'a', CLAWDBOT_STATE_DIR: 'b' },
      {},
      '/cwd/a',
    ],
    ['.openclaw in the home', HOME, {}, '/home/me/.openclaw'],
    [
      '.openclaw before a legacy one',
      HOME,
      { '/home/me/.clawdbot': null, '/home/me/.openclaw': null },
      '/home/me/.openclaw',
    ],
    [
      'an existing .clawdbot',
      HOME,
      { '/home/me/.moltbot': null, '/home/me/.clawdbot': null },
      '/home/me/.clawdbot',
    ],
    ['an existing .moldbot', HOME, { '/home/me/.moldbot': null }, '/home/me/.moldbot'],
    ['an existing .moltbot', HOME, { '/home/me/.moltbot': null }, '/home/me/.moltbot'],
    [
      'not moved by a blank variable',
      { ...HOME, OPENCLAW_STATE_DIR: ' ' },
      {},
      '/home/me/.openclaw',
    ],
    [
      'not moved by the name of a profile',
      { ...HOME, OPENCLAW_PROFILE: 'work' },
      {},
      '/home/me/.openclaw',
    ],
  ])('is %s', (_name, env, tree, expected) => {
    expect(stateDir(env as Record<string, string>, tree as Record<string, null>)).toBe(expected)
  })
})

describe('the configuration file', () => {
  it.each([
    ['OPENCLAW_CONFIG_PATH', { ...HOME, OPENCLAW_CONFIG_PATH: '~/c.json' }, {}, '/home/me/c.json'],
    ['its legacy name', { ...HOME, CLAWDBOT_CONFIG_PATH: '/etc/c.json' }, {}, '/etc/c.json'],
    ['openclaw.json of the state directory', HOME, {}, '/home/me/.openclaw/openclaw.json'],
    [
      'a legacy file there',
      HOME,
      { '/home/me/.openclaw': null, '/home/me/.openclaw/moldbot.json': '' },
      '/home/me/.openclaw/moldbot.json',
    ],
    [
      'the first of several',
      HOME,
      { '/home/me/.openclaw/clawdbot.json': '', '/home/me/.openclaw/openclaw.json': '' },
      '/home/me/.openclaw/openclaw.json',
    ],
    [
      'one in another default directory',
      HOME,
      { '/home/me/.openclaw': null, '/home/me/.clawdbot/clawdbot.json': '' },
      '/home/me/.clawdbot/clawdbot.json',
    ],
    [
      'in the named state directory alone',
      { ...HOME, OPENCLAW_STATE_DIR: '/data' },
      { '/home/me/.openclaw/openclaw.json': '' },
      '/data/openclaw.json',
    ],
    [
      'a legacy file of the named state directory',
      { ...HOME, OPENCLAW_STATE_DIR: '/data' },
      { '/data/clawdbot.json': '' },
      '/data/clawdbot.json',
    ],
  ])('is %s', (_name, env, tree, expected) => {
    expect(configPath(env as Record<string, string>, tree as Record<string, string>)).toBe(expected)
  })

  it('has pairing.json5 beside it', () => {
    const env = { ...HOME, OPENCLAW_CONFIG_PATH: '/etc/claw/c.json' }
    expect(resolvePaths(env, memoryFiles({})).pairingConfigPath).toBe('/etc/claw/pairing.json5')
  })

  it('counts as there when nobody can tell', () => {
    const files = memoryFiles({ '/home/me/.openclaw/clawdbot.json': '' })
    const stat = (path: string) => {
      if (path.endsWith('openclaw.json')) throw Object.assign(new Error(), { code: 'EACCES' })
      return files.stat(path)
    }
    const tree = { ...files, stat }
    expect(resolvePaths(HOME, tree).configPath).toBe('/home/me/.openclaw/openclaw.json')
  })
})

describe('the credentials directory', () => {
  it('is OPENCLAW_OAUTH_DIR, or below the state directory', () => {
    expect(resolvePaths(HOME, memoryFiles({})).credentialsDir).toBe(
      '/home/me/.openclaw/credentials',
    )
    const env = { ...HOME, OPENCLAW_OAUTH_DIR: '~/keys' }
    expect(resolvePaths(env, memoryFiles({})).credentialsDir).toBe('/home/me/keys')
  })
})

describe('a profile', () => {
  const under = (args: { profile?: string; dev?: boolean }, env: Record<string, string> = HOME) => {
    const profiled = profileEnvironment(env, memoryFiles({}), args)
    return { env: profiled, paths: resolvePaths(profiled, memoryFiles({})) }
  }

  it('has its own state directory and configuration', () => {
    const { paths } = under({ profile: 'work' })
    expect(paths.stateDir).toBe('/home/me/.openclaw-work')
    expect(paths.configPath).toBe('/home/me/.openclaw-work/openclaw.json')
    expect(paths.profile).toBe('work')
  })

  it('named default has the usual directory, and no name in hints', () => {
    const { paths } = under({ profile: 'default' })
    expect(paths.stateDir).toBe('/home/me/.openclaw')
    expect(paths.profile).toBeUndefined()
  })

  it('leaves what is set already', () => {
    const { paths } = under(
      { profile: 'work' },
      { ...HOME, OPENCLAW_STATE_DIR: '~/mine', OPENCLAW_CONFIG_PATH: '/etc/c.json' },
    )
    expect(paths.stateDir).toBe('/home/me/mine')
    expect(paths.configPath).toBe('/etc/c.json')
    expect(paths.profile).toBe('work')
  })

  it('puts the configuration into the state directory that is set', () => {
    expect(
      under({ profile: 'work' }, { ...HOME, OPENCLAW_STATE_DIR: '~/mine' }).paths.configPath,
    ).toBe('/home/me/mine/openclaw.json')
  })

  it('named dev has its own port, unless one is set', () => {
    expect(under({ dev: true }).env['OPENCLAW_GATEWAY_PORT']).toBe('19001')
    expect(under({ profile: 'dev' }).env['OPENCLAW_GATEWAY_PORT']).toBe('19001')
    expect(under({ dev: true }).paths.stateDir).toBe('/home/me/.openclaw-dev')
    expect(
      under({ dev: true }, { ...HOME, OPENCLAW_GATEWAY_PORT: '5000' }).env['OPENCLAW_GATEWAY_PORT'],
    ).toBe('5000')
    expect(under({ profile: 'work' }).env['OPENCLAW_GATEWAY_PORT']).toBeUndefined()
  })

  it('is not in hints where the environment has only its name', () => {
    const env = { ...HOME, OPENCLAW_PROFILE: 'work' }
    expect(resolvePaths(env, memoryFiles({})).profile).toBeUndefined()
    const whole = { ...env, OPENCLAW_STATE_DIR: '/home/me/.openclaw-work' }
    expect(resolvePaths(whole, memoryFiles({})).profile).toBe('work')
    expect(
      resolvePaths({ ...whole, OPENCLAW_PROFILE: '../x' }, memoryFiles({})).profile,
    ).toBeUndefined()
  })

  it('leaves the environment alone without a flag', () => {
    expect(profileEnvironment(HOME, memoryFiles({}), {})).toBe(HOME)
  })

  it.each(['', ' ', '../up', 'a/b', '-x', 'a b', 'a'.repeat(65), 'ü'])(
    'refuses the name %j',
    (profile) => {
      expect(() => under({ profile })).toThrow(
        expect.objectContaining({ code: 'ERR_PROFILE_INVALID' }),
      )
    },
  )

  it('refuses both flags at once', () => {
    expect(() => under({ profile: 'work', dev: true })).toThrow(
      expect.objectContaining({ code: 'ERR_PROFILE_INVALID' }),
    )
  })
})
