import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { commandOf } from '../src/daemon/command.ts'
import { lastWords } from '../src/daemon/last-words.ts'
import { findSignalCli, type SignalStart, signalArguments } from '../src/daemon.ts'

const place = { number: '+15550000000', httpUrl: 'http://127.0.0.1:8080' }

const starts: fc.Arbitrary<SignalStart> = fc.record(
  {
    number: fc.constantFrom('+15550000000', '+4915112345678'),
    httpUrl: fc.constantFrom(
      ...[
        'http://127.0.0.1:8080',
        'http://localhost:9000/',
        'http://[::1]:8081',
        'http://127.1.2.3',
      ],
    ),
    cliPath: fc.string({ minLength: 1 }),
    receiveMode: fc.constantFrom('on-connection', 'on-start'),
    ignoreAttachments: fc.boolean(),
    ignoreStories: fc.boolean(),
    sendReadReceipts: fc.boolean(),
  },
  { requiredKeys: ['number', 'httpUrl'] },
)

describe('the arguments', () => {
  it('are the account, the command, and what was asked for, each once', () => {
    fc.assert(
      fc.property(starts, (start) => {
        const args = signalArguments(start)
        expect(args.slice(0, 3)).toEqual(['-a', start.number, 'daemon'])
        expect(args.filter((word) => word === '--no-receive-stdout')).toHaveLength(1)
        expect(args[args.indexOf('--receive-mode') + 1]).toBe(start.receiveMode ?? 'on-connection')
        const flags = [
          ['--ignore-attachments', start.ignoreAttachments],
          ['--ignore-stories', start.ignoreStories],
          ['--send-read-receipts', start.sendReadReceipts],
        ] as const
        for (const [flag, wanted] of flags) expect(args.includes(flag)).toBe(wanted === true)
        const http = new URL(`http://${args[args.indexOf('--http') + 1] ?? ''}`)
        expect(http.href).toBe(new URL(start.httpUrl).href)
        expect(new Set(args).size).toBe(args.length)
        expect(args.join(' ')).not.toContain('undefined')
      }),
    )
  })

  it.each(['http://192.168.1.5:8080', 'http://0.0.0.0:8080', 'https://127.0.0.1:8080'])(
    'are none where others could listen in: %s',
    (httpUrl) => {
      const thrown = expect.objectContaining({ code: 'ERR_SIGNAL_URL_INVALID' })
      expect(() => signalArguments({ ...place, httpUrl })).toThrow(thrown)
    },
  )

  it.each(['http://127.0.0.1:8080/box', 'http://me@127.0.0.1:8080', 'nonsense'])(
    'are none where it cannot listen: %s',
    (httpUrl) => {
      const thrown = expect.objectContaining({ code: 'ERR_SIGNAL_URL_INVALID' })
      expect(() => signalArguments({ ...place, httpUrl })).toThrow(thrown)
    },
  )

  it.each(['', '--config=/tmp', '15550000000', '+1555 000 0000'])(
    'are none for %j, which is no number',
    (number) => {
      const thrown = expect.objectContaining({ code: 'ERR_SIGNAL_ACCOUNT_INVALID' })
      expect(() => signalArguments({ ...place, number })).toThrow(thrown)
    },
  )
})

describe('the executable', () => {
  it('is looked for in the path and behind it, and in the home directory', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'signal-cli-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'signal-cli')
    const env = { HOME: folder, PATH: `/nowhere:${folder}` }
    expect(await findSignalCli(undefined, env)).toBeUndefined()
    await writeFile(file, '#!/bin/sh\n')
    expect(await findSignalCli(undefined, env)).toBeUndefined()
    await chmod(file, 0o755)
    expect(await findSignalCli(undefined, env)).toBe(file)
    expect(await findSignalCli('~/signal-cli', env)).toBe(file)
    expect(await findSignalCli(file, { PATH: '' })).toBe(file)
    expect(await findSignalCli(folder, env)).toBeUndefined()
    await symlink(file, join(folder, 'linked'))
    expect(await findSignalCli('linked', env)).toBe(join(folder, 'linked'))
  })

  it('is started with what it needs of the environment, and no secret', () => {
    const secrets = { OPENCLAW_GATEWAY_TOKEN: 'x', TELEGRAM_BOT_TOKEN: 'y', NODE_OPTIONS: 'z' }
    const env = { HOME: '/home/me', PATH: '/usr/bin', JAVA_HOME: '/java', ...secrets }
    const command = commandOf({ ...place, cliPath: '~/bin/signal-cli' }, env)
    expect(command).toMatchObject({ cliPath: '~/bin/signal-cli', file: '/home/me/bin/signal-cli' })
    expect(Object.keys(command.env).sort()).toEqual(['HOME', 'JAVA_HOME', 'PATH'])
  })
})

describe('its last words', () => {
  const said = (...lines: readonly string[]): string => {
    const words = lastWords(place.number)
    for (const line of lines) words.hear(line)
    return words.now()
  }

  it.each([
    [
      ['INFO  App - Loading', `User ${place.number} is not registered.`],
      `User ${place.number} is not registered.`,
    ],
    [
      [
        'Exception in thread "main" java.lang.Error: too old',
        '\tat a.b.C.d(E.java:1)',
        '\t... 3 more',
      ],
      'Exception in thread "main" java.lang.Error: too old',
    ],
    [
      ['INFO  SignalAccount - Config file is in use by another instance, waiting…', 'INFO  x - y'],
      'INFO  SignalAccount - Config file is in use by another instance, waiting…',
    ],
    [['INFO  App - one', '', 'DEBUG App - two'], 'DEBUG App - two'],
    [[], ''],
  ])('are what tells why: %j', (lines, words) => {
    expect(said(...lines)).toBe(words)
  })

  it('name nobody whose number begins with the own one', () => {
    const other = `${place.number}1`
    expect(said(`${other} is blocked by ${place.number}.`)).toBe(
      `<secret> is blocked by ${place.number}.`,
    )
  })

  it('name nobody, and are short', () => {
    const people = '+15551234567 3f0c6e7a-1b2c-4d5e-8f90-a1b2c3d4e5f6 15551234567 ada@example.org'
    const words = said(`ERROR from ${people} ${'x'.repeat(1_000)}\u0007`)
    for (const one of people.split(' ')) expect(words).not.toContain(one)
    expect(words.length).toBeLessThanOrEqual(300)
    expect(words).not.toContain('\u0007')
  })
})
