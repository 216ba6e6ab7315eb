import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Home, Json, Ran } from './support/cli.ts'
import { asksAsNode, connects, deviceIdOf, paired, waits } from './support/devices.ts'
import { homeHere } from './support/here.ts'

let home: Home
beforeEach(async () => {
  home = await homeHere()
})
afterEach(() => home.remove())

const phone = { key: 'phone', commands: ['camera.snap', 'system.which'] }
const laptop = { key: 'laptop', role: 'operator', scopes: ['operator.read'] } as const
const devices = (...words: string[]): Promise<Ran> => home.run(['devices', ...words])
const lists = async (): Promise<{ pending: Json[]; paired: Json[] }> =>
  (await home.json(['devices', 'list'])) as { pending: Json[]; paired: Json[] }
const errorOf = ({ stdout }: Ran): Json => JSON.parse(stdout).error

/** The words of the command that a hint ends with, without the program. */
function hinted({ stderr }: Ran): string[] {
  const [, line = ''] = /^hint: .*\bopenclaw (devices .+)$/m.exec(stderr) ?? []
  return line.split(' ')
}

describe('devices list', () => {
  it('finds nobody in an empty home, and makes nothing there', async () => {
    expect(await lists()).toMatchObject({ pending: [], paired: [], turnedAway: { count: 0 } })
    expect(existsSync(home.stateDir)).toBe(false)
  })

  it('has the published shapes, newest first, and ours beside them; never a token', async () => {
    await paired(home, phone)
    await waits(home, { ...laptop, key: 'first' })
    const requestId = await waits(home, laptop)
    const ran = await devices('list', '--json')
    expect({ exit: ran.exit, stderr: ran.stderr }).toEqual({ exit: 0, stderr: '' })
    const { pending, paired: known } = JSON.parse(ran.stdout)
    expect(pending.map((entry: Json) => entry['displayName'])).toEqual(['laptop', 'first'])
    expect(pending[0]).toMatchObject({
      requestId,
      deviceId: deviceIdOf('laptop'),
      publicKey: expect.stringMatching(/^[\w-]{43}$/),
      platform: 'linux',
      clientId: 'node-host',
      clientMode: 'operator',
      role: 'operator',
      roles: ['operator'],
      scopes: ['operator.read'],
      remoteIp: '203.0.113.9',
      silent: false,
      isRepair: false,
      ts: expect.any(Number),
      difference: ['role operator', 'scope operator.read'],
      expiresAtMs: expect.any(Number),
    })
    expect(known).toMatchObject([
      {
        deviceId: deviceIdOf('phone'),
        role: 'node',
        roles: ['node'],
        tokens: [{ role: 'node', scopes: [], createdAtMs: expect.any(Number) }],
        createdAtMs: expect.any(Number),
        approvedAtMs: expect.any(Number),
        grants: [{ role: 'node', commands: phone.commands }],
      },
    ])
    expect(ran.stdout).not.toMatch(/"token"|tokenHash|sha256/)
  })

  it('shows what is asked beyond what was granted, and lets no name pass for something else', async () => {
    await paired(home, phone)
    const name = 'Anna” approved\u001b[2J\n  Request  device-000000000000'
    const description = { displayName: name, platform: 'ios; role operator' }
    await waits(home, { key: 'stranger', description, commands: ['a\u202eb, system.which'] })
    await waits(home, { ...phone, commands: [...phone.commands, 'system.run'] })
    const { stdout } = await devices('list')
    expect(stdout).toMatch(/^ {2}Asks for +command system\.run$/m)
    expect(stdout).toMatch(/^ {2}Has now +node: commands camera\.snap, system\.which$/m)
    expect(stdout).toContain(
      "“Anna' approved [2J Request device-000000000000” (as it calls itself)",
    )
    expect(stdout).toContain('“ios; role operator”')
    expect(stdout).not.toMatch(/\u001b|\u202e/)
    expect(stdout.match(/^ {2}Request /gm)).toHaveLength(2)
    expect(stdout.match(/devices approve device-[0-9a-z]{12}$/gm)).toHaveLength(2)
  })

  it('refuses what is for a gateway elsewhere', async () => {
    for (const verb of ['devices', 'nodes']) {
      expect(await home.run([verb, 'list', '--timeout', '5'])).toMatchObject({
        exit: 2,
        stderr: expect.stringContaining('--timeout is for a gateway elsewhere'),
      })
    }
  })

  it('says how many were turned away', async () => {
    for (const key of ['1', '2', '3', '4', '5', '6']) await connects(home, { key })
    expect((await devices('list')).stdout).toMatch(/^1 ask of others was turned away since/m)
    expect(await lists()).toMatchObject({ turnedAway: { count: 1 }, maxPending: 50 })
  })
})

describe('devices approve', () => {
  it('takes an explicit id for consent where nobody can be asked', async () => {
    const requestId = await waits(home, phone)
    const ran = await devices('approve', requestId, '--label', 'Kitchen', '--json')
    expect({ exit: ran.exit, stderr: ran.stderr }).toEqual({ exit: 0, stderr: '' })
    expect(JSON.parse(ran.stdout)).toMatchObject({
      requestId,
      device: { deviceId: deviceIdOf('phone'), displayName: 'Kitchen', roles: ['node'] },
      outcome: 'approved',
      gatewayRunning: false,
    })
    expect(await connects(home, { ...phone, bare: true })).toMatchObject({ outcome: 'admitted' })
  })

  it('gives less where that is wanted, and never more than is asked', async () => {
    const scopes = ['operator.read', 'operator.write']
    const requestId = await waits(home, { ...laptop, scopes })
    const wider = await devices('approve', requestId, '--scopes', 'operator.admin', '--json')
    expect({ exit: wider.exit, code: errorOf(wider)['code'] }).toEqual({
      exit: 4,
      code: 'ERR_DEVICE_GRANT_TOO_WIDE',
    })
    expect((await lists()).paired).toEqual([])
    await devices('approve', requestId, '--scopes', 'operator.read')
    expect((await lists()).paired).toMatchObject([{ scopes: ['operator.read'] }])
  })

  it.each([[[]], [['--latest']], [['--latest', '--yes']], [['--latest', '--json']]])(
    'approves nothing without an id: %j',
    async (words: readonly string[]) => {
      await waits(home, { key: 'older' })
      const requestId = await waits(home, phone)
      const ran = await devices('approve', ...words)
      expect(ran.exit).toBe(4)
      expect(hinted(ran)).toEqual(['devices', 'approve', requestId])
      if (words.includes('--json')) {
        const { code, request } = errorOf(ran)
        expect({ code, request }).toMatchObject({
          code: 'ERR_CLI_ID_NEEDED',
          request: { requestId },
        })
      } else expect(ran.stdout).toMatch(/Asks for +role node[\s\S]+1 more waits: .+ devices list$/m)
      expect((await lists()).paired).toEqual([])
    },
  )

  it('says who waits where the id is wrong, and makes nothing on disk for it', async () => {
    const nobody = await devices('approve', 'device-000000000000', '--json')
    expect(nobody.exit).toBe(3)
    expect(errorOf(nobody)).toMatchObject({ code: 'ERR_CLI_NOT_FOUND', reason: 'unknown' })
    expect(existsSync(home.stateDir)).toBe(false)
    const requestId = await waits(home, phone)
    const ran = await devices('approve', 'device-000000000000')
    expect(ran.exit).toBe(3)
    expect(ran.stderr).toContain(
      `${requestId}  “phone” ${deviceIdOf('phone').slice(0, 12)} as node`,
    )
    expect(hinted(ran)).toEqual(['devices', 'list'])
  })

  it('says what became of an old request, and names the one that came after it', async () => {
    const old = await waits(home, phone)
    const wider = await waits(home, { ...phone, commands: ['system.run'] })
    expect(wider).not.toBe(old)
    const ran = await devices('approve', old, '--json')
    expect(ran.exit).toBe(3)
    expect(errorOf(ran)).toMatchObject({
      reason: 'superseded',
      waits: wider,
      settled: { requestId: old, successor: wider },
    })
    expect(hinted(ran)).toEqual(['devices', 'approve', wider])
    expect((await home.run(hinted(ran))).exit).toBe(0)
    const again = await devices('approve', wider, '--json')
    expect(again.exit).toBe(3)
    expect(errorOf(again)).toMatchObject({ reason: 'approved', waits: null })
    expect(errorOf(await devices('reject', old, '--json'))).toMatchObject({ reason: 'superseded' })
  })

  it('takes no label that cannot be shown', async () => {
    const requestId = await waits(home, phone)
    const ran = await devices('approve', requestId, '--label', 'a\nb', '--json')
    expect({ exit: ran.exit, code: errorOf(ran)['code'] }).toEqual({
      exit: 2,
      code: 'ERR_DEVICE_LABEL_INVALID',
    })
    expect((await lists()).pending).toHaveLength(1)
  })
})

describe('two owners', () => {
  it('at the same time decide once', async () => {
    const requestId = await waits(home, phone)
    const ran = await Promise.all([
      devices('approve', requestId),
      devices('approve', requestId),
      devices('reject', requestId),
    ])
    expect(ran.map(({ exit }) => exit).sort()).toEqual([0, 3, 3])
    const isApproved = ran[2]?.exit !== 0
    expect((await lists()).paired).toHaveLength(isApproved ? 1 : 0)
  })
})

describe('what cannot be read', () => {
  it('is never taken for an empty list', async () => {
    await paired(home, phone)
    const journal = join(home.stateDir, 'pairing-journal/00000001.jsonl')
    const text = await readFile(journal, 'utf8')
    await writeFile(journal, text.replace('"device.approve"', '"device.approvf"'))
    for (const words of [['list'], ['approve', 'device-000000000000'], ['remove', 'abcdef']]) {
      const ran = await devices(...words, '--json')
      expect({ words, exit: ran.exit }).toEqual({ words, exit: 1 })
      expect(errorOf(ran)['code']).toMatch(/^ERR_(JOURNAL|STORE)_/)
      expect(errorOf(ran)['hint']).toContain('openclaw doctor')
    }
  })

  it('is named where a directory of another OpenClaw is damaged', async () => {
    await mkdir(join(home.stateDir, 'devices'), { recursive: true, mode: 0o700 })
    await writeFile(join(home.stateDir, 'devices/paired.json'), '{"a":', { mode: 0o600 })
    const ran = await devices('list')
    expect(ran.exit).toBe(1)
    expect(ran.stderr).toContain('devices/paired.json')
    expect(ran.stdout).toBe('')
  })
})

describe('devices reject', () => {
  it('keeps the key from asking, and remove lets it ask at once', async () => {
    const requestId = await waits(home, phone)
    const ran = await devices('reject', requestId, '--json')
    expect(JSON.parse(ran.stdout)).toMatchObject({ requestId, deviceId: deviceIdOf('phone') })
    expect((await connects(home, phone)).outcome).toBe('resting')
    const late = await devices('approve', requestId)
    expect(hinted(late)).toEqual(['devices', 'remove', deviceIdOf('phone')])
    expect((await home.run(hinted(late))).exit).toBe(0)
    expect((await connects(home, phone)).outcome).toBe('waiting')
  })

  it('offers to forget no device that has something', async () => {
    await paired(home, phone)
    const requestId = await waits(home, { ...phone, commands: ['system.run'] })
    const { stdout } = await devices('reject', requestId)
    expect(stdout).toContain('What it was granted before stays.')
    expect(`${stdout}${(await devices('approve', requestId)).stderr}`).not.toContain('remove')
    expect((await connects(home, phone)).outcome).toBe('admitted')
  })
})

describe('a device', () => {
  const named = (word: string): Promise<Ran> => devices('rename', word, 'Found', '--json')

  it('is named by the start of its id or by its owner’s name for it, never by its own', async () => {
    const id = await paired(home, phone)
    for (const word of [id, id.slice(0, 6), id.slice(0, 8).toUpperCase(), 'FOUND']) {
      expect(await named(word)).toMatchObject({ exit: 0 })
    }
    await devices('rename', id, '')
    const own = await named('phone')
    expect(own.exit).toBe(3)
    expect(errorOf(own)).toMatchObject({ reason: 'unknown', candidates: [id] })
    const short = await named(id.slice(0, 5))
    expect({ exit: short.exit, stderr: short.stderr }).toMatchObject({ exit: 3 })
    expect(short.stderr).toContain('at least 6 digits')
  })

  it('that could be several is named in full', async () => {
    const twins = [phone, { key: 'tablet' }]
    for (const twin of twins) {
      await devices('approve', await waits(home, twin), '--label', 'Twin')
    }
    const ids = twins.map(({ key }) => deviceIdOf(key))
    const ran = await devices('revoke', '--device', 'twin', '--role', 'node', '--json')
    expect(ran.exit).toBe(3)
    const { reason, candidates } = errorOf(ran)
    expect(reason).toBe('ambiguous')
    expect([...(candidates as string[])].sort()).toEqual([...ids].sort())
    for (const id of ids) expect(ran.stderr).toContain(`${id}  Twin  node`)
  })
})

describe('the token of a device', () => {
  it('is rotated, printed once as JSON, and replaced by itself where it was lost', async () => {
    const id = await paired(home, phone)
    const quiet = await devices('rotate', '--device', id, '--role', 'node')
    expect(quiet.exit).toBe(0)
    expect(quiet.stdout).not.toMatch(/[\w-]{43}/)
    const { token, ...rest } = await home.json([
      'devices',
      'rotate',
      '--device',
      id,
      '--role',
      'node',
    ])
    expect(rest).toEqual({
      deviceId: id,
      role: 'node',
      scopes: [],
      rotatedAtMs: expect.any(Number),
    })
    expect(token).toMatch(/^[\w-]{43}$/)
    const files = await readFile(join(home.stateDir, 'devices/paired.json'), 'utf8')
    expect(files).not.toContain(token)
    const bare = { ...phone, bare: true } as const
    const right = { outcome: 'admitted', presented: 'right', token: undefined }
    expect(await connects(home, bare, String(token))).toMatchObject(right)
    expect(await connects(home, bare, 'lost')).toMatchObject({
      outcome: 'admitted',
      presented: 'stale',
    })
  })

  it('keeps fewer scopes with --scope, in every way to write it, and never more', async () => {
    const scopes = ['operator.pairing', 'operator.read', 'operator.write']
    const id = await paired(home, { ...laptop, scopes })
    const rotate = (...words: string[]): Promise<Json> =>
      home.json(['devices', 'rotate', '--device', id, '--role', 'operator', ...words])
    const two = ['operator.pairing', 'operator.read']
    expect(await rotate('--scope', two.join(','))).toMatchObject({ scopes: two })
    expect(await rotate('--scope', two[0] ?? '', '--scope', two[1] ?? '')).toMatchObject({
      scopes: two,
    })
    expect(await rotate('--scope', ...two)).toMatchObject({ scopes: two })
    expect(await rotate('--scope', 'operator.write')).toMatchObject({
      error: { code: 'ERR_DEVICE_GRANT_TOO_WIDE' },
    })
    expect((await lists()).paired).toMatchObject([{ scopes: two }])
  })

  it('is not made for a role that the device never had', async () => {
    const id = await paired(home, phone)
    const ran = await devices('rotate', '--device', id, '--role', 'admin', '--json')
    expect(ran.exit).toBe(3)
    expect(errorOf(ran)).toMatchObject({ reason: 'unknown', roles: ['node'] })
  })
})

describe('what was granted', () => {
  it('ends with revoke until it is approved again, and with remove', async () => {
    const id = await paired(home, phone)
    const bare = { ...phone, bare: true } as const
    const revoked = await home.json(['devices', 'revoke', '--device', id, '--role', 'node'])
    expect(revoked).toEqual({
      deviceId: id,
      role: 'node',
      revokedAtMs: expect.any(Number),
      changed: true,
    })
    expect((await connects(home, bare)).outcome).toBe('revoked')
    expect((await lists()).paired).toMatchObject([
      { roles: [], tokens: [{ revokedAtMs: expect.any(Number) }] },
    ])
    expect((await devices('list')).stdout).toMatch(/node, revoked/)
    await devices('approve', await waits(home, phone))
    expect((await connects(home, bare)).outcome).toBe('admitted')
    expect(await devices('remove', id.slice(0, 12))).toMatchObject({ exit: 0 })
    expect((await connects(home, bare)).outcome).toBe('may-not-ask')
    expect((await lists()).paired).toEqual([])
    expect((await devices('remove', id)).exit).toBe(3)
  })

  it('stands in the audit with whom it was about', async () => {
    const id = await paired(home, phone)
    await devices('revoke', '--device', id, '--role', 'node')
    const { stdout } = await home.run(['audit', '--json'])
    const said = JSON.parse(stdout).flatMap(({ events }: { events: Json[] }) => events)
    expect(said).toMatchObject(
      [
        { what: 'asked', deviceId: id, role: 'node', name: 'phone', requestId: /^device-/ },
        { what: 'approved', deviceId: id, role: 'node', name: 'phone' },
        { what: 'handed a token', deviceId: id, role: 'node' },
        { what: 'revoked', deviceId: id, role: 'node', name: 'phone' },
      ].map(({ requestId, ...row }) => ({
        ...row,
        ...(requestId ? { requestId: expect.stringMatching(requestId) } : {}),
      })),
    )
    expect(stdout).not.toMatch(/sha256:|tokenHash/)
  })
})

describe('nodes', () => {
  it('of the older pairing are approved as in OpenClaw, with their token once', async () => {
    const requestId = await asksAsNode(home, 'legacy-1')
    const pending = JSON.parse((await home.run(['nodes', 'pending', '--json'])).stdout)
    expect(pending).toMatchObject([
      { requestId, nodeId: 'legacy-1', caps: ['canvas'], isRepair: false, ts: expect.any(Number) },
    ])
    expect(await home.json(['nodes', 'approve', requestId])).toEqual({
      requestId,
      node: {
        nodeId: 'legacy-1',
        token: expect.stringMatching(/^[\w-]{43}$/),
        displayName: 'Legacy',
        platform: 'ios',
        caps: ['canvas'],
        commands: ['canvas.present'],
        createdAtMs: expect.any(Number),
        approvedAtMs: expect.any(Number),
      },
    })
    expect((await home.run(['nodes', 'reject', requestId])).exit).toBe(3)
  })

  it('lead whoever means a device to it', async () => {
    const requestId = await waits(home, phone)
    const ran = await home.run(['nodes', 'approve', requestId])
    expect(ran.exit).toBe(3)
    expect((await home.run(hinted(ran))).exit).toBe(0)
    expect((await lists()).paired).toHaveLength(1)
  })
})
