import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandOf } from '../src/imsg/command.ts'

const env = { HOME: '/Users/me', PATH: '/usr/bin', OPENCLAW_GATEWAY_TOKEN: 'x', NODE_OPTIONS: 'y' }
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imsg-command-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('what is started', () => {
  it('is imsg, with the database it is told, and little of the environment', async () => {
    expect(await commandOf({}, env)).toMatchObject({ file: 'imsg', args: ['rpc'] })
    const command = await commandOf({ cliPath: '~/bin/imsg', dbPath: '/a b/$(x).db' }, env)
    expect(command).toMatchObject({
      file: '/Users/me/bin/imsg',
      args: ['rpc', '--db', '/a b/$(x).db'],
    })
    expect(Object.keys(command.env).sort()).toEqual(['HOME', 'PATH'])
    expect(command.env['PATH']).toBe('/usr/bin:/opt/homebrew/bin:/usr/local/bin')
  })

  it('is ssh for another Mac, whose shell gets each word whole', async () => {
    const place = { remoteHost: 'me@mac-mini.local', cliPath: '/opt/it is/imsg' }
    const { file, args } = await commandOf({ ...place, dbPath: "~/it's $(here)" }, env)
    expect(file).toBe('ssh')
    const rest = args.slice(args.indexOf('--'))
    expect(rest).toEqual([
      ...['--', 'me@mac-mini.local', `'/opt/it is/imsg'`, 'rpc'],
      ...['--db', `~/'it'\\''s $(here)'`],
    ])
    expect(args).toContain('-T')
    expect((await commandOf({ remoteHost: 'mac' }, env)).args.slice(-3)).toEqual([
      ...['mac', 'imsg', 'rpc'],
    ])
  })

  it.each([
    ...['-oProxyCommand=touch /tmp/x', '-lroot', 'me@-oProxyCommand=x', 'mac;id', 'mac id'],
    ...['$(id)', 'mac\nid', '', '@mac', 'me@', 'a@b@c', '`id`', 'mac:22', '[::1]'],
  ])('is nothing where the Mac is %j', async (remoteHost) => {
    await expect(commandOf({ remoteHost }, env)).rejects.toMatchObject({
      code: 'ERR_IMSG_HOST_INVALID',
    })
  })

  it('is a script here that goes to the Mac by itself, as it is', async () => {
    const cliPath = join(folder, 'imsg-ssh')
    await writeFile(cliPath, '#!/bin/sh\nexec ssh -T mac imsg "$@"\n')
    await chmod(cliPath, 0o755)
    const place = { cliPath, remoteHost: 'mac' }
    expect(await commandOf(place, env)).toMatchObject({ file: cliPath, args: ['rpc'] })
    const other = join(folder, 'imsg')
    await writeFile(other, '#!/bin/sh\nexec /opt/homebrew/bin/imsg "$@"\n')
    expect(await commandOf({ ...place, cliPath: other }, env)).toMatchObject({ file: 'ssh' })
  })
})
