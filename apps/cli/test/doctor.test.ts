import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPairing } from '@openclaw/pairing/node'
import type { Json, Scope } from '@openclaw/pairing-contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HomeHere, homeHere } from './support/here.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'

let home: HomeHere
beforeEach(async () => {
  home = await homeHere()
})
afterEach(() => home.remove())

interface Found {
  readonly id: string
  readonly severity: string
  readonly subject: string
  readonly problem: string
  readonly consequence: string
  readonly fix: string
  readonly fixable: boolean
}

const inState = (...parts: string[]): string => join(home.stateDir, ...parts)
const doctor = async (
  ...more: string[]
): Promise<{ exit: number | null; findings: Found[]; fixed: string[] }> => {
  const { exit, stdout } = await home.run(['doctor', '--json', ...more])
  return { exit, ...JSON.parse(stdout) }
}
const configure = async (config: unknown, name = 'openclaw.json'): Promise<void> => {
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  await writeFile(inState(name), JSON.stringify(config), { mode: 0o600 })
}

it('says so where nothing is yet', async () => {
  const { exit, findings } = await doctor()
  expect(exit).toBe(0)
  expect(findings).toMatchObject([{ id: 'state-absent', severity: 'note', subject: home.stateDir }])
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 })
  expect(await doctor()).toMatchObject({ exit: 0, findings: [] })
})

it('is content with a used state directory', async () => {
  await home.run(['pairing', 'allow', 'telegram', '1'])
  expect(await doctor()).toMatchObject({ exit: 0, findings: [] })
  const { stdout } = await home.run(['doctor'])
  expect(stdout).toContain('Everything is in order.')
})

describe('rights', () => {
  it('that are too wide are found everywhere and mended', async () => {
    await home.run(['pairing', 'allow', 'telegram', '1'])
    await configure({ channels: { telegram: { botToken: '1:x' } } })
    await mkdir(inState('devices'), { mode: 0o755 })
    await writeFile(inState('devices/paired.json'), '{}', { mode: 0o644 })
    await chmod(inState('openclaw.json'), 0o644)
    await chmod(inState('credentials/telegram-allowFrom.json'), 0o666)
    const behindDoor = await doctor()
    expect(behindDoor.findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(behindDoor.exit).toBe(0)
    await chmod(home.stateDir, 0o755)
    const { exit, findings } = await doctor()
    expect(exit).toBe(1)
    const rights = findings.filter(({ id }) => id === 'permissions')
    expect(
      rights
        .map(({ subject, severity }) => `${severity} ${subject.slice(home.stateDir.length)}`)
        .sort(),
    ).toEqual([
      'error /credentials/telegram-allowFrom.json',
      'error /devices/paired.json',
      'error /openclaw.json',
      'warning ',
      'warning /devices',
    ])
    for (const { fix, fixable, consequence } of rights) {
      expect(fix).toMatch(/^chmod [67]00 \//)
      expect(fixable).toBe(true)
      expect(consequence).not.toBe('')
    }
    expect(await doctor('--fix', '--yes')).toMatchObject({ exit: 0 })
    expect((await stat(inState('devices/paired.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(inState('devices'))).mode & 0o777).toBe(0o700)
  })
})

describe('the configuration', () => {
  it.each([
    ['an unknown policy', { channels: { telegram: { dmPolicy: 'everybody' } } }, 'config', 'error'],
    ['open without "*"', { channels: { telegram: { dmPolicy: 'open' } } }, 'config', 'error'],
    ['a slip', { channels: { telegram: { dmPolcy: 'pairing' } } }, 'config', 'warning'],
    [
      'an open door',
      { channels: { telegram: { dmPolicy: 'open', allowFrom: ['*'], botToken: '1:x' } } },
      'policy',
      'warning',
    ],
    [
      'a list that lets nobody in',
      { channels: { telegram: { dmPolicy: 'allowlist', botToken: '1:x' } } },
      'policy',
      'warning',
    ],
    ['no bot token', { channels: { telegram: {} } }, 'telegram-token', 'warning'],
  ])('with %s is told', async (_, config, id, severity) => {
    await configure(config)
    const { findings, exit } = await doctor()
    expect(findings).toContainEqual(expect.objectContaining({ id, severity }))
    expect(exit).toBe(severity === 'error' ? 1 : 0)
  })

  it.each([
    ['the secret of events', { events: { url: 'https://ops.example.org/', events: ['*'] } }],
    ['the secret of the agent', { agent: { kind: 'webhook', url: 'https://bot.example.org/' } }],
  ])('that leaves %s to the gateway’s own environment is no error here', async (_, section) => {
    const [[key, written] = ['', {}]] = Object.entries(section)
    const secretEnv = 'SECRET_OF_THE_SERVICE'
    await configure({ pairing: { [key]: { ...written, secretEnv } } }, 'pairing.json5')
    expect((await home.run(['pairing', 'list'])).stderr).toBe('')
    expect((await home.run(['pairing', 'allow', 'telegram', '1'])).stderr).toBe('')
    const { exit, findings } = await doctor()
    expect(exit).toBe(0)
    expect(findings).toMatchObject([
      {
        severity: 'warning',
        subject: expect.stringContaining(`pairing.${key}.secretEnv`),
        problem: expect.stringContaining('as seen from this terminal'),
        consequence: expect.stringContaining('in its own environment'),
      },
    ])
    const gateway = await home.apart.run(['gateway', '--port', '0'])
    expect(gateway.exit).toBe(1)
    expect(gateway.stderr).toContain(`pairing.${key}.secretEnv`)
    const bad = { [secretEnv]: 'whsec_short' }
    expect((await home.run(['doctor'], { env: bad })).exit).toBe(1)
    expect((await home.run(['pairing', 'list'], { env: bad })).stderr).toContain('has an error')
  })

  it('that opens the gateway with a secret of its own environment is no error here', async () => {
    await configure({ gateway: { bind: 'lan' }, channels: { telegram: { botToken: `\${BOT}` } } })
    expect((await home.run(['pairing', 'list'])).stderr).toBe('')
    const { exit, findings } = await doctor()
    expect(exit).toBe(0)
    expect(findings.filter(({ id }) => id === 'config')).toMatchObject([
      { severity: 'warning', problem: expect.stringContaining('from this terminal') },
      { severity: 'warning', problem: expect.stringContaining('from this terminal') },
    ])
  })

  it('with an unknown key of ours is told', async () => {
    await configure({ pairing: { replyTemplat: 'x' } }, 'pairing.json5')
    const { findings } = await doctor()
    expect(findings.map(({ subject }) => subject).join()).toContain('replyTemplat')
  })

  it('with our keys where OpenClaw reads is noted', async () => {
    await configure({ channels: { telegram: { botToken: '1:x', apiRoot: 'https://x.example' } } })
    const { findings, exit } = await doctor()
    expect(findings).toContainEqual(expect.objectContaining({ id: 'own-keys', severity: 'note' }))
    expect(exit).toBe(0)
  })

  it('that cannot be parsed is told, and the rest is looked at all the same', async () => {
    await configure({})
    await writeFile(inState('openclaw.json'), '{')
    await chmod(inState(), 0o755)
    const { findings, exit } = await doctor()
    expect(exit).toBe(1)
    expect(findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['ERR_CONFIG_SYNTAX', 'permissions']),
    )
  })

  it('with a token file that others may read is mended', async () => {
    await configure({ channels: { telegram: { tokenFile: 'token' } } })
    await writeFile(inState('token'), '123:abc', { mode: 0o644 })
    await chmod(inState('token'), 0o644)
    const { findings } = await doctor()
    expect(findings).toContainEqual(
      expect.objectContaining({
        id: 'config',
        fixable: true,
        fix: `chmod 600 ${inState('token')}`,
      }),
    )
    await doctor('--fix', '--yes')
    expect((await stat(inState('token'))).mode & 0o777).toBe(0o600)
  })
})

describe('files and journal', () => {
  it('that are damaged are told with what comes of it, and written again', async () => {
    await home.run(['pairing', 'allow', 'telegram', '1'])
    await writeFile(inState('credentials/telegram-allowFrom.json'), '{"version":1,"allow')
    const { exit, findings } = await doctor()
    expect(exit).toBe(1)
    expect(findings).toContainEqual(
      expect.objectContaining({ id: 'ERR_DOCUMENT_DAMAGED', severity: 'error', fixable: true }),
    )
    expect(await doctor('--fix', '--yes')).toMatchObject({ exit: 0 })
    const text = await readFile(inState('credentials/telegram-allowFrom.json'), 'utf8')
    expect(JSON.parse(text).allowFrom).toEqual(['1'])
  })

  it('of which a record was changed are told, and nothing is answered from them', async () => {
    await home.run(['pairing', 'allow', 'telegram', '1'])
    await home.run(['pairing', 'allow', 'telegram', '2'])
    const segment = await journalSegment()
    const text = await readFile(segment, 'utf8')
    await writeFile(segment, text.replace('telegram/default/1', 'telegram/default/9'))
    const { exit, findings } = await doctor()
    expect(exit).toBe(1)
    expect(findings[0]).toMatchObject({ id: 'ERR_JOURNAL_DAMAGED', severity: 'error' })
    expect(await home.run(['pairing', 'list'])).toMatchObject({ exit: 1, stdout: '' })
    const verify = await home.run(['audit', 'verify'])
    expect(verify.exit).toBe(1)
    expect(verify.stdout).toContain('damage: ')
    const fixed = await doctor('--fix', '--yes')
    expect(fixed).toMatchObject({ exit: 0 })
    expect(fixed.fixed.join()).toMatch(/everything that can be read .*numbers 1 are lost/)
    expect(fixed.fixed.join()).toContain('stay out until you decide: telegram default 1')
    const { stdout } = await home.run(['pairing', 'allowed', 'telegram'])
    expect(stdout).toContain('2 ')
    expect(await home.run(['audit', 'verify'])).toMatchObject({ exit: 0 })
  })
})

describe('files that are looked for in another folder', () => {
  it('are told with both ways out, and taken where they say what ours said', async () => {
    const place = join(home.folder, 'creds')
    const there = { env: { OPENCLAW_OAUTH_DIR: place } }
    await home.run(['pairing', 'allow', 'telegram', '1'])
    const refused = await home.run(['pairing', 'allowed', 'telegram'], there)
    expect(refused).toMatchObject({ exit: 1, stdout: '' })
    expect(refused.stderr).toContain(`set OPENCLAW_OAUTH_DIR=${inState('credentials')}`)
    const examined = async (...more: string[]) => {
      const { exit, stdout } = await home.run(['doctor', '--json', ...more], there)
      return { exit, ...JSON.parse(stdout) } as Awaited<ReturnType<typeof doctor>>
    }
    const looked = await examined('--fix', '--yes')
    expect(looked).toMatchObject({ exit: 1, fixed: [] })
    expect(looked.findings[0]).toMatchObject({ id: 'ERR_STORE_FOLDER_MOVED', fixable: false })
    expect(looked.findings[0]?.problem).toContain('it is not there')
    await cp(inState('credentials'), place, { recursive: true })
    expect((await examined()).findings[0]).toMatchObject({ fixable: true })
    expect((await examined('--fix', '--yes')).fixed.join()).toContain(place)
    expect((await examined()).findings).toEqual([])
    expect((await home.run(['pairing', 'allowed', 'telegram'], there)).stdout).toContain('1 ')
    expect(await home.run(['pairing', 'list'])).toMatchObject({ exit: 1 })
  })
})

it('a journal that has lost its end is told, and mended without letting anybody back in', async () => {
  await home.run(['pairing', 'allow', 'telegram', '1'])
  await home.run(['pairing', 'allow', 'telegram', '666'])
  await home.run(['pairing', 'revoke', 'telegram', '666'])
  const segment = await journalSegment()
  const lines = (await readFile(segment, 'utf8')).trimEnd().split('\n')
  await writeFile(segment, `${lines.slice(0, -1).join('\n')}\n`)
  expect(await home.run(['pairing', 'allowed', 'telegram'])).toMatchObject({ exit: 1, stdout: '' })
  expect(await home.run(['audit', 'verify'])).toMatchObject({ exit: 1 })
  const looked = await doctor()
  expect(looked.exit).toBe(1)
  expect(looked.findings[0]).toMatchObject({ id: 'ERR_JOURNAL_DAMAGED', fixable: true })
  const { fixed, exit } = await doctor('--fix', '--yes')
  expect(exit).toBe(0)
  expect(fixed.join()).toContain('the decisions with the numbers 3, after 3 are lost')
  expect(fixed.join()).toContain('stay out until you decide: telegram default 666')
  const { stdout } = await home.run(['pairing', 'allowed', 'telegram', '--json'])
  expect(stdout).toContain('"1"')
  expect(stdout).not.toContain('"666"')
})

it('decisions under a former name of a channel are told, and moved', async () => {
  const SENDER = '+15551234567'
  const former = async (): Promise<void> => {
    const pairing = await openPairing({ env: home.env })
    const raw = {
      name: 'dm.senders',
      decode: (value: Json) => value,
      encode: (value: Json) => value,
    }
    const [entry] = pairing.store.view(raw).entries('imessage/')
    const actor = { kind: 'root', user: 'anna' } as const
    const intent = { scope: 'dm/test' as Scope, actor, action: 'dm.allowed' } as const
    await pairing.store.transact(intent, async (tx) => {
      tx.put(raw, `bluebubbles/default/${SENDER}`, entry?.value ?? null)
      tx.remove(raw, `imessage/default/${SENDER}`)
    })
    await pairing.close()
  }
  await home.run(['pairing', 'allow', 'imessage', SENDER])
  await former()
  const looked = await doctor()
  expect(looked.exit).toBe(1)
  expect(looked.findings).toMatchObject([{ id: 'channels-not-merged', fixable: true }])
  expect(looked.findings[0]?.problem).toContain('bluebubbles')
  expect(await doctor('--fix', '--yes')).toMatchObject({ exit: 0, findings: [] })
  expect(await doctor()).toMatchObject({ exit: 0, findings: [] })
  const { stdout } = await home.run(['pairing', 'allowed', 'imessage', '--json'])
  expect(stdout).toContain(SENDER)
})

async function journalSegment(): Promise<string> {
  const { readdir } = await import('node:fs/promises')
  const names = await readdir(inState('pairing-journal'))
  const segment = names.filter((name) => /\d/.test(name) && !name.includes('lock')).sort()[0]
  return inState('pairing-journal', segment ?? '')
}

it('recognises an OpenClaw gateway that runs on the same configuration', async () => {
  await configure({})
  const uid = process.getuid?.() ?? 0
  const hash = createHash('sha1').update(inState('openclaw.json')).digest('hex').slice(0, 8)
  const folder = join(tmpdir(), `openclaw-${String(uid)}`)
  await mkdir(folder, { recursive: true })
  const lock = join(folder, `gateway.${hash}.lock`)
  await writeFile(lock, JSON.stringify({ pid: process.ppid, createdAt: new Date().toISOString() }))
  const { exit, findings } = await doctor()
  expect(exit).toBe(1)
  expect(findings[0]).toMatchObject({ id: 'ERR_OTHER_OPENCLAW_RUNNING' })
  expect(findings[0]?.fix).toContain('OPENCLAW_STATE_DIR')
  const { rm } = await import('node:fs/promises')
  await rm(lock)
})

describe('--fix', () => {
  const makeWide = async (): Promise<void> => {
    await home.run(['pairing', 'allow', 'telegram', '1'])
    await chmod(home.stateDir, 0o777)
  }

  it('shows what it would do and does nothing where nobody can be asked', async () => {
    await makeWide()
    const ran = await home.run(['doctor', '--fix'])
    expect(ran.exit).toBe(4)
    expect(ran.stderr).toContain(`chmod 700 ${home.stateDir}`)
    expect((await stat(home.stateDir)).mode & 0o777).toBe(0o777)
  })

  it.skipIf(noTerminal)('asks on a terminal', async () => {
    await makeWide()
    const no = onTerminal(home, ['doctor', '--fix'])
    await no.shows(/Do it\? \[y\/N\]/)
    expect(no.screen()).toContain(`chmod 700 ${home.stateDir}`)
    no.type('\r')
    expect(await no.exit).toBe(4)
    const yes = onTerminal(home, ['doctor', '--fix'])
    await yes.shows(/Do it\?/)
    yes.type('y\r')
    expect(await yes.exit).toBe(0)
    expect((await stat(home.stateDir)).mode & 0o777).toBe(0o700)
  })
})

describe('setup codes', () => {
  const setup = async () => {
    const { stdout } = await home.run(['doctor', '--json'])
    const { findings, setupCodes } = JSON.parse(stdout) as {
      readonly findings: readonly Found[]
      readonly setupCodes: unknown
    }
    return { findings: findings.map(({ id, severity }) => `${severity} ${id}`), setupCodes }
  }

  it('have no address where the gateway is for this machine alone, and nothing is wrong with that', async () => {
    await mkdir(home.stateDir, { mode: 0o700 })
    expect(await setup()).toMatchObject({
      findings: [],
      setupCodes: { url: null, problem: expect.stringContaining('127.0.0.1 alone') },
    })
    const { stdout } = await home.run(['doctor'])
    expect(stdout).toMatch(/Setup codes {2,}no address for devices: /)
  })

  it('are warned about where what is configured gives devices no address', async () => {
    const plugin = (publicUrl: string) => ({
      plugins: { entries: { 'device-pair': { config: { publicUrl } } } },
    })
    await configure(plugin('ws://gw.example.org'))
    expect(await setup()).toMatchObject({ findings: ['warning setup-no-address'] })
    await configure(plugin('wss://gw.example.org'))
    expect(await setup()).toMatchObject({
      findings: [],
      setupCodes: {
        url: 'wss://gw.example.org',
        urlSource: 'plugins.entries.device-pair.config.publicUrl',
        problem: null,
      },
    })
  })
})

it('a channel with a policy alone is told where to write where its other side is', async () => {
  const policy = { dmPolicy: 'pairing' }
  await configure({ channels: { signal: policy, imessage: policy } })
  const { findings } = await doctor()
  expect(findings.filter(({ id }) => id === 'channel-nowhere')).toMatchObject([
    {
      subject: 'channels.signal (default)',
      fix: expect.stringMatching(/channels\.signal\.account/),
    },
    {
      subject: 'channels.imessage (default)',
      fix: expect.stringMatching(/bluebubbles\.serverUrl/),
    },
  ])
})

it('what is written and cannot be understood is not told to be missing as well', async () => {
  const other = { accounts: { other: { dmPolicy: 'pairing' } } }
  await configure({
    channels: {
      signal: { ...other, accounts: { ...other.accounts, wrong: { account: 'me' } } },
      telegram: { botToken: '1:x', proxy: 'socks5://127.0.0.1:1080' },
    },
  })
  const { findings } = await doctor()
  const about = findings.filter(({ id }) => ['channel-nowhere', 'telegram-token'].includes(id))
  expect(about).toMatchObject([{ subject: 'channels.signal (other)' }])
})

it('a key without effect is told so once', async () => {
  await configure({ channels: { slack: { userToken: 'xoxp-1' } } })
  const { findings } = await doctor()
  const found = findings.find(({ subject }) => subject.endsWith('slack.userToken'))
  expect(found?.problem).toContain('no effect')
  expect(found?.consequence).not.toContain('no effect')
})

describe('iMessage', () => {
  const server = { serverUrl: 'http://127.0.0.1:1234' }
  const of = (findings: readonly Found[]) =>
    findings.filter(({ subject }) => /imessage|bluebubbles/.test(subject))

  it('by BlueBubbles is spoken of where it stands, a missing password once', async () => {
    await configure({ channels: { bluebubbles: { ...server, dmPolicy: 'allowlist' } } })
    const { findings } = await doctor()
    expect(of(findings).filter(({ id }) => id === 'policy')).toMatchObject([
      {
        subject: 'channels.bluebubbles',
        fix: expect.stringContaining('channels.bluebubbles.allowFrom'),
      },
    ])
    expect(of(findings).filter(({ problem }) => problem.includes('password'))).toMatchObject([
      {
        id: 'bluebubbles-password',
        subject: 'channels.bluebubbles (default)',
        fix: expect.stringMatching(/into channels\.bluebubbles\.password$/),
      },
    ])
    expect(of(findings).filter(({ problem }) => problem === 'is missing')).toEqual([])
  })

  it('of which the accounts lack passwords is told for each, with its own place', async () => {
    const accounts = { a: server, b: { ...server, serverUrl: 'http://127.0.0.1:1235' } }
    await configure({ channels: { imessage: { transport: 'bluebubbles', accounts } } })
    const told = of((await doctor()).findings).filter(({ id }) => id === 'bluebubbles-password')
    expect(told.map(({ subject }) => subject)).toEqual([
      'channels.imessage (a)',
      'channels.imessage (b)',
    ])
    expect(told.map(({ fix }) => fix.split(' ').at(-1))).toEqual([
      'channels.imessage.accounts.a.password',
      'channels.imessage.accounts.b.password',
    ])
  })

  it('by imsg is told where imsg is not, and nothing is run', async () => {
    const bin = join(home.folder, 'bin')
    await mkdir(bin)
    const env = { PATH: bin }
    const told = async (imessage: object) => {
      await configure({ channels: { imessage: { transport: 'imsg', ...imessage } } })
      const { stdout } = await home.run(['doctor', '--json'], { env })
      const { findings } = JSON.parse(stdout) as { findings: Found[] }
      return findings.flatMap(({ id, problem }) => (id === 'imsg-not-found' ? [problem] : []))
    }
    const program = async (name: string, mode: number): Promise<string> => {
      const path = join(bin, name)
      await writeFile(path, `#!/bin/sh\necho run >> ${join(home.folder, 'ran')}\n`, { mode })
      return path
    }
    expect(await told({})).toMatchObject([expect.stringMatching(/^imsg is not there/)])
    const other = await program('other', 0o644)
    expect(await told({ cliPath: other })).toHaveLength(1)
    await chmod(other, 0o755)
    expect(await told({ cliPath: other })).toEqual([])
    expect(await told({ cliPath: '~/bin/other' })).toEqual([])
    expect(await told({ remoteHost: 'mac' })).toMatchObject([expect.stringMatching(/^ssh is/)])
    await program('ssh', 0o755)
    expect(await told({ remoteHost: 'mac' })).toEqual([])
    await program('imsg', 0o755)
    expect(await told({})).toEqual([])
    await expect(stat(join(home.folder, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

it('a linked device without its library is told how to install it', async () => {
  await configure({ channels: { whatsapp: { dmPolicy: 'pairing' } } })
  const library = async () =>
    (await doctor()).findings.filter(({ id }) => id === 'whatsapp-library')
  expect(await library()).toMatchObject([
    {
      subject: 'channels.whatsapp (default)',
      consequence: expect.stringContaining('started again'),
      // A line to paste: nothing but the command.
      fix: expect.stringMatching(/^npm install .*baileys@\S+$/),
    },
  ])
  await mkdir(inState('libraries/node_modules/baileys'), { recursive: true, mode: 0o700 })
  await writeFile(inState('libraries/node_modules/baileys/package.json'), '{}')
  expect(await library()).toEqual([])
  await configure({ channels: { whatsapp: { transport: 'cloud' } } })
  expect(await library()).toEqual([])
})
