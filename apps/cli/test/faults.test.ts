import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { chmod, chown, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Home } from './support/cli.ts'
import { homeHere } from './support/here.ts'
import { asks, writes } from './support/people.ts'

let home: Home
beforeEach(async () => {
  home = await homeHere()
})
afterEach(() => home.remove())

const ada = { id: '100001', meta: { firstName: 'Ada' } }
const file = (name: string): string => join(home.stateDir, 'credentials', name)
const allowedIds = async (): Promise<unknown> => {
  const { allowed } = await home.json(['pairing', 'allowed', 'telegram'])
  return Array.isArray(allowed) ? allowed.map(({ id }) => id) : allowed
}
/** Every path below a folder, with what would show a change. */
const pictureOf = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .sort()
        .map((name) => `${name} ${String(statSync(join(folder, name)).mtimeMs)}`)
    : []

describe('nothing is created or changed', () => {
  it.each([
    ['pairing list', ['pairing', 'list']],
    ['pairing list of a channel', ['pairing', 'list', 'telegram', '--json']],
    ['pairing allowed', ['pairing', 'allowed', '--json']],
    ['pairing why', ['pairing', 'why', 'telegram', '5']],
    ['a wrong channel', ['pairing', 'approve', 'nochannel', 'ABCD2345']],
    ['a code where there is no state', ['pairing', 'approve', 'telegram', 'ABCD2345']],
    ['a request id where there is no state', ['pairing', 'reject', 'telegram', 'req-0a1b2c3d4e5f']],
    ['a mistyped sender', ['pairing', 'allow', 'telegram', '@ada', '--yes']],
    ['doctor', ['doctor']],
    ['doctor --fix', ['doctor', '--fix', '--yes']],
    ['audit', ['audit', '--json']],
    ['audit verify', ['audit', 'verify']],
    ['completion', ['__complete', '--', 'pairing', 'approve', 'telegram', '']],
    ['help', ['help', 'pairing']],
  ])('by %s in an empty home', async (_, args) => {
    await home.run(args)
    expect(readdirSync(home.folder)).toEqual([])
  })

  it('by looking at a state that is there', async () => {
    await asks(home, ada)
    const before = pictureOf(home.stateDir)
    await home.run(['pairing', 'list'])
    await home.run(['pairing', 'approve', 'nochannel', 'ABCD2345'])
    await home.run(['audit', 'verify'])
    await home.run(['doctor'])
    expect(pictureOf(home.stateDir)).toEqual(before)
  })
})

describe('a code', () => {
  it('is refused with its reason when it is wrong, used, rejected or of a blocked sender', async () => {
    const reasonOf = async (code: string): Promise<unknown> => {
      const ran = await home.run(['pairing', 'approve', 'telegram', code, '--json'])
      expect(ran.exit).toBe(3)
      expect(ran.stderr.split('\n')).toHaveLength(3)
      return JSON.parse(ran.stdout).error.reason
    }
    const used = await asks(home, ada)
    await home.run(['pairing', 'approve', 'telegram', used.code])
    expect(await reasonOf(used.code)).toBe('used')
    expect(await reasonOf(used.requestId)).toBe('used')
    const rejected = await asks(home, { id: '100002' })
    await home.run(['pairing', 'reject', 'telegram', rejected.code])
    expect(await reasonOf(rejected.code)).toBe('rejected')
    const blocked = await asks(home, { id: '100003' })
    await home.run(['pairing', 'block', 'telegram', '100003'])
    expect(await reasonOf(blocked.code)).toBe('blocked')
    expect(await reasonOf('ZZZZ2222')).toBe('unknown')
  })

  it('is expired after an hour', async () => {
    const { code } = await asks(home, ada, { agoMs: 3_700_000 })
    const ran = await home.run(['pairing', 'approve', 'telegram', code])
    expect(ran).toMatchObject({ exit: 3, stdout: '' })
    expect(ran.stderr).toMatch(/^error: .*expired/)
  })

  it.each([
    ['in lower case', (code: string) => [code.toLowerCase()]],
    ['with a hyphen', (code: string) => [`${code.slice(0, 4)}-${code.slice(4)}`]],
    ['in two words', (code: string) => [code.slice(0, 4), code.slice(4)]],
    ['pasted with the reply around it', (code: string) => [`Hello!\nPairing code: ${code}\nBye`]],
  ])('may be typed %s', async (_, typed) => {
    const { code } = await asks(home, ada)
    const ran = await home.run(['pairing', 'approve', 'telegram', ...typed(code)])
    expect(ran).toMatchObject({ exit: 0, stderr: '' })
  })

  it('alone is enough where it waits in one place', async () => {
    const { code } = await asks(home, ada)
    expect(await home.run(['pairing', 'approve', code])).toMatchObject({ exit: 0 })
    expect(await allowedIds()).toEqual(['100001'])
  })

  it('is approved once, however many approve it at the same time', async () => {
    const { code } = await asks(home, ada)
    const runs = await Promise.all(
      Array.from({ length: 4 }, () => home.run(['pairing', 'approve', 'telegram', code])),
    )
    expect(runs.map(({ exit }) => exit).sort()).toEqual([0, 3, 3, 3])
    for (const { exit, stderr } of runs) {
      if (exit === 3) expect(stderr).toMatch(/already approved by .+ at \d{4}-\d\d-\d\d \d\d:\d\d/)
    }
    const { stdout } = await home.run(['audit', '--json'])
    const whats = JSON.parse(stdout).flatMap(({ events }: { events: { what: string }[] }) =>
      events.map(({ what }) => what),
    )
    expect(whats.filter((what: string) => what === 'approved')).toHaveLength(1)
  })
})

describe('a list that is full', () => {
  it('says how many were turned away', async () => {
    for (const id of ['1', '2', '3']) await asks(home, { id })
    for (const id of ['4', '5'])
      expect(await writes(home, { id })).toMatchObject({ outcome: 'full' })
    const { stdout } = await home.run(['pairing', 'list', 'telegram'])
    expect(stdout).toContain('3 of 3 places taken')
    expect(stdout).toMatch(
      /2 messages of others were turned away since .*: more asked than may wait/,
    )
    const json = await home.json(['pairing', 'list', 'telegram'])
    expect(json).toMatchObject({
      turnedAway: { count: 2 },
      accounts: [{ turnedAway: { count: 2 } }],
    })
  })
})

describe('a damaged file', () => {
  it.each([
    ['truncated', (path: string) => truncate(path, 9)],
    ['empty', (path: string) => truncate(path, 0)],
    ['of the wrong type', (path: string) => writeFile(path, '[]')],
    ['gone', (path: string) => rm(path)],
    [
      'a directory',
      async (path: string) => {
        await rm(path)
        await mkdir(path)
      },
    ],
  ])('that is %s loses nobody, is told, and is written again', async (_, damage) => {
    await home.run(['pairing', 'allow', 'telegram', '100001'])
    await damage(file('telegram-allowFrom.json'))
    expect(await allowedIds()).toEqual(['100001'])
    const ran = await home.run(['pairing', 'allow', 'telegram', '100002'])
    expect(ran.exit).toBe(0)
    expect(ran.stderr).toContain('telegram-allowFrom.json')
    expect(await allowedIds()).toEqual(['100001', '100002'])
    const doctor = await home.run(['doctor', '--fix', '--yes'])
    expect(doctor.exit).toBe(0)
    expect(JSON.parse(await readFile(file('telegram-allowFrom.json'), 'utf8')).allowFrom).toEqual([
      '100001',
      '100002',
    ])
  })

  it('of a directory without a journal stops the take-over and names the file', async () => {
    await mkdir(dirname(file('x')), { recursive: true, mode: 0o700 })
    await writeFile(file('telegram-allowFrom.json'), '{"version":1,"allowFrom":["7"')
    const before = pictureOf(home.stateDir)
    for (const args of [
      ['pairing', 'allow', 'telegram', '8'],
      ['pairing', 'list'],
    ]) {
      const ran = await home.run(args)
      expect(ran).toMatchObject({ exit: 1, stdout: '' })
      expect(ran.stderr).toContain('telegram-allowFrom.json')
      expect(ran.stderr).toContain('hint: ')
      expect(ran.stderr).not.toContain('    at ')
    }
    expect(pictureOf(home.stateDir)).toEqual(before)
  })
})

describe('another program', () => {
  it('that changes the files is honoured, and stands in the audit as changed outside', async () => {
    await asks(home, ada)
    await home.run(['pairing', 'allow', 'telegram', '100002'])
    const path = file('telegram-allowFrom.json')
    const json = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify({ ...json, allowFrom: [...json.allowFrom, '555'] }))
    expect(await allowedIds()).toEqual(['100002', '555'])
    expect(await home.run(['pairing', 'allow', 'telegram', '100003'])).toMatchObject({ exit: 0 })
    const { stdout } = await home.run(['audit'])
    expect(stdout).toMatch(/changed outside: .*555/)
  })
})

describe('a state that cannot be used', () => {
  const isRoot = process.getuid?.() === 0

  it('because a file stands in its place says so', async () => {
    await writeFile(home.stateDir, 'not a directory')
    for (const args of [['pairing', 'list'], ['pairing', 'allow', 'telegram', '1'], ['audit']]) {
      const ran = await home.run(args)
      expect(ran).toMatchObject({ exit: 1, stdout: '' })
      expect(ran.stderr).toMatch(/^error: .*\.openclaw/)
    }
  })

  it('because its journal is a link is refused, the directory itself may be one', async () => {
    await home.run(['pairing', 'allow', 'telegram', '1'])
    const elsewhere = join(home.folder, 'elsewhere')
    spawnSync('mv', [home.stateDir, elsewhere])
    await symlink(elsewhere, home.stateDir)
    expect(await allowedIds()).toEqual(['1'])
    spawnSync('mv', [join(elsewhere, 'pairing-journal'), join(home.folder, 'journal')])
    await symlink(join(home.folder, 'journal'), join(elsewhere, 'pairing-journal'))
    const ran = await home.run(['pairing', 'list'])
    expect(ran.exit).toBe(1)
    expect(ran.stderr).toContain('symbolic link')
  })

  it.skipIf(!isRoot)('because it is another user’s names the file and the fix', async () => {
    await home.run(['pairing', 'allow', 'telegram', '1'])
    const asNobody = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [home.main, ...args], {
        env: home.env,
        uid: 65_534,
        gid: 65_534,
        encoding: 'utf8',
      })
      return { exit: status, stdout, stderr }
    }
    await chmod(home.folder, 0o755)
    for (const args of [
      ['pairing', 'list'],
      ['pairing', 'allow', 'telegram', '2'],
    ]) {
      const ran = asNobody(...args)
      expect(ran).toMatchObject({ exit: 1, stdout: '' })
      expect(ran.stderr).toMatch(/^error: .*\.openclaw/)
      expect(ran.stderr).toMatch(/hint: .+/)
      expect(ran.stderr).not.toContain('    at ')
    }
    await chown(home.folder, 0, 0)
    expect(await allowedIds()).toEqual(['1'])
  })

  it('because the configuration cannot be parsed names the line', async () => {
    await mkdir(home.stateDir, { mode: 0o700 })
    await writeFile(join(home.stateDir, 'openclaw.json'), '{\n  "channels": {,\n}', { mode: 0o600 })
    const ran = await home.run(['pairing', 'list'])
    expect(ran).toMatchObject({ exit: 1, stdout: '' })
    expect(ran.stderr).toMatch(/^error: .*openclaw\.json:2/)
  })

  it('is no reason not to decide when only a policy is wrong', async () => {
    await mkdir(home.stateDir, { mode: 0o700 })
    const config = { channels: { telegram: { dmPolicy: 'everybody' } } }
    await writeFile(join(home.stateDir, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 })
    const ran = await home.run(['pairing', 'allow', 'telegram', '1'])
    expect(ran.exit).toBe(0)
    expect(ran.stderr).toMatch(/^warning: the configuration has an error: .*dmPolicy/)
  })
})

describe('a reader that goes away', () => {
  it('is no error', async () => {
    await home.run(['pairing', 'allow', 'telegram', '1'])
    const line = `'${process.execPath}' '${home.main}' completion bash; '${process.execPath}' '${home.main}' help`
    const ran = spawnSync('bash', ['-c', `set -o pipefail; (${line}) | head -c 1`], {
      env: home.env,
      encoding: 'utf8',
    })
    expect(ran.stderr).toBe('')
    expect(ran.status).toBe(0)
  })
})

describe('names that strangers choose', () => {
  it('reach no terminal and no JSON with their escapes', async () => {
    const nasty = '\u001b]0;owned\u0007\u001b[2JAda\u202e\r\n$ rm -rf'
    await asks(home, { id: '100001', meta: { firstName: nasty, username: nasty } })
    for (const args of [
      ['pairing', 'list'],
      ['pairing', 'list', '--json'],
      ['audit'],
      ['audit', '--json'],
    ]) {
      const { stdout } = await home.run(args)
      expect(stdout).toContain('Ada')
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    }
  })
})
