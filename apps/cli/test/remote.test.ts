import { existsSync, statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectNode, createIdentity, type GatewayClient } from '@openclaw/pairing-protocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Home, Json, Ran } from './support/cli.ts'
import { asksAsNode, connects, deviceIdOf, paired, waits } from './support/devices.ts'
import { type RunningGateway, requestOf, runGateway } from './support/gateway.ts'
import { homeHere } from './support/here.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'

let owner: Home
let gateway: RunningGateway
/** A computer that its owner lets in when it asks. */
let laptop: Home
beforeAll(async () => {
  owner = await homeHere()
  gateway = await runGateway(owner)
  laptop = await homeHere()
})
afterAll(async () => {
  gateway.stop()
  await laptop.remove()
  await owner.remove()
})

const afar = (home: Home, args: readonly string[], secret = gateway.token): Promise<Ran> =>
  home.run([...args, '--url', gateway.url], { env: { OPENCLAW_GATEWAY_TOKEN: secret } })

/** Runs a command from afar; what it asks for, the owner gives. */
async function allowed(...args: string[]): Promise<Ran> {
  const first = await afar(laptop, args)
  if (first.exit !== 4 || !first.stdout.concat(first.stderr).includes('owner decides')) return first
  const { exit, stderr } = await owner.run(['devices', 'approve', requestOf(first), '--yes'])
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  return afar(laptop, args)
}
const allowedJson = async (...args: string[]): Promise<Json> =>
  JSON.parse((await allowed(...args, '--json')).stdout)
const pendingIds = async (): Promise<unknown[]> =>
  ((await owner.json(['devices', 'list']))['pending'] as Json[]).map((each) => each['requestId'])
const errorOf = ({ stdout }: Ran): Json => JSON.parse(stdout).error

describe('a computer that is not paired', () => {
  it('asks for what it needs, and says who decides, where and how', async () => {
    const home = await homeHere()
    const ran = await afar(home, ['devices', 'list', '--json'])
    expect(ran.exit).toBe(4)
    const error = errorOf(ran)
    const waiting = (await owner.json(['devices', 'list']))['pending'] as Json[]
    const mine = waiting.find(({ requestId }) => requestId === error['requestId'])
    expect(mine).toMatchObject({
      deviceId: error['deviceId'],
      role: 'operator',
      scopes: ['operator.pairing'],
      clientId: 'cli',
      fingerprint: error['fingerprint'],
    })
    expect(error).toMatchObject({
      code: 'ERR_PAIRING_REQUIRED',
      message: expect.stringMatching(/^this computer is not paired .*the owner decides$/),
      reason: 'not-paired',
      hint: expect.stringMatching(/machine: openclaw devices approve device-\w+$/),
    })
    expect(ran.stderr).toContain((error['fingerprint'] as string[]).join(' '))
    const again = await afar(home, ['nodes', 'list', '--json'])
    expect(errorOf(again)).toMatchObject({ scopes: ['operator.read'] })
    await owner.run(['devices', 'reject', String(errorOf(again)['requestId'])])
    const rejected = await afar(home, ['devices', 'list'])
    expect(rejected).toMatchObject({ exit: 4, stderr: expect.stringContaining('turned this') })
    await home.remove()
  })

  it('needs the secret to ask, and keeps it to itself', async () => {
    const home = await homeHere()
    const without = await home.run(['devices', 'list', '--url', gateway.url])
    expect(without).toMatchObject({ exit: 4, stdout: '' })
    expect(without.stderr).toContain('OPENCLAW_GATEWAY_TOKEN')
    const wrong = await home.run(['devices', 'list', '--url', gateway.url, '--token', 'wr0ng'])
    expect(wrong).toMatchObject({ exit: 4, stdout: '' })
    expect(wrong.stderr).toMatch(/^error: .*not the secret of the gateway\nhint: .*--token.*\n$/)
    expect(wrong.stderr).not.toContain('wr0ng')
    const list = ['devices', 'list', '--url', gateway.url]
    expect((await home.run([...list, '--token', gateway.token])).stderr).toContain('owner decides')
    const folder = join(home.stateDir, 'identity')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'device.json')).mode & 0o777).toBe(0o600)
    expect(await readFile(join(folder, 'device.json'), 'utf8')).not.toContain(gateway.token)
    await home.remove()
  })

  it('never shows the secret of its own gateway', async () => {
    const home = await homeHere()
    await home.run(['pairing', 'allow', 'telegram', '1', '--yes'])
    const config = `{ gateway: { auth: { token: '${gateway.token}' } } }`
    await writeFile(join(home.stateDir, 'openclaw.json'), config)
    expect(await home.run(['devices', 'list', '--url', gateway.url])).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining('not paired'),
    })
    await home.remove()
  })
})

describe('devices of a gateway elsewhere', () => {
  const phone = { key: 'phone', commands: ['camera.snap'] }

  it('are listed in the published shape, and nothing is made up', async () => {
    const requestId = await waits(owner, phone)
    const lists = await allowedJson('devices', 'list')
    const here = await owner.json(['devices', 'list'])
    expect(Object.keys(lists)).toEqual(['pending', 'paired'])
    const entry = (all: Json): Json =>
      (all['pending'] as Json[]).find((each) => each['requestId'] === requestId) as Json
    const { askedBy: _, lastAskedAtMs: __, ...told } = entry(here)
    expect(entry(lists)).toEqual(told)
    const { stdout, exit } = await allowed('devices', 'list')
    expect(exit).toBe(0)
    expect(stdout).toContain(`devices approve --url ${gateway.url}`)
    expect(stdout).not.toContain('places taken')
    expect(stdout).not.toContain('undefined')
    expect(existsSync(join(laptop.stateDir, 'devices'))).toBe(false)
  })

  it('are only shown without an id', async () => {
    const ran = await allowed('devices', 'approve', '--latest')
    expect(ran).toMatchObject({ exit: 4 })
    expect(ran.stdout).toContain('A device asks to be paired')
    expect(ran.stderr).toContain(`devices approve --url ${gateway.url} device-`)
  })

  it('are approved by whoever has as much; then renamed, rotated, revoked and removed', async () => {
    const requestId = await waits(owner, phone)
    const narrow = await afar(laptop, ['devices', 'approve', requestId, '--json'])
    expect(errorOf(narrow)).toMatchObject({
      code: 'ERR_PAIRING_REQUIRED',
      reason: 'scope-upgrade',
      scopes: ['operator.pairing', 'operator.write'],
    })
    const deviceId = deviceIdOf('phone')
    expect(await allowedJson('devices', 'approve', requestId)).toMatchObject({
      requestId,
      outcome: 'approved',
      device: { deviceId, roles: ['node'] },
    })
    await connects(owner, phone)
    const again = await allowed('devices', 'approve', requestId, '--json')
    expect(again.exit).toBe(3)
    expect(errorOf(again)).toMatchObject({ reason: 'approved', settled: { deviceId } })

    expect(await allowedJson('devices', 'rename', deviceId, 'Hall')).toMatchObject({
      deviceId,
      label: 'Hall',
      changed: true,
    })
    expect(await allowedJson('devices', 'rename', 'Hall', 'Hall')).toMatchObject({ changed: false })
    expect(await allowed('devices', 'rename', 'Hall', '')).toMatchObject({ exit: 2 })
    const role = ['--device', 'Hall', '--role', 'node', '--yes']
    const rotated = await allowedJson('devices', 'rotate', ...role)
    expect(rotated).toMatchObject({ deviceId, role: 'node', rotatedAtMs: expect.any(Number) })
    expect(rotated).not.toHaveProperty('token')
    expect(await allowedJson('devices', 'revoke', ...role)).toMatchObject({ changed: true })
    expect(await allowed('devices', 'revoke', ...role)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('revoked already'),
    })
    expect(await allowedJson('devices', 'remove', 'Hall')).toMatchObject({ outcome: 'removed' })
    expect(await allowed('devices', 'remove', 'Hall')).toMatchObject({ exit: 3 })
  })

  it('that hold a scope are renamed, revoked and removed by whoever asks for as much', async () => {
    const key = 'reader'
    const id = await paired(owner, { key, role: 'operator', scopes: ['operator.approvals'] })
    await allowed('devices', 'list')
    const narrow = await afar(laptop, ['devices', 'rename', id, 'Reader', '--json'])
    expect(errorOf(narrow)).toMatchObject({
      code: 'ERR_PAIRING_REQUIRED',
      reason: 'scope-upgrade',
      scopes: ['operator.pairing', 'operator.approvals'],
    })
    expect(await allowedJson('devices', 'rename', id, 'Reader')).toMatchObject({ changed: true })
    const role = ['--device', id, '--role', 'operator', '--yes']
    expect(await allowedJson('devices', 'revoke', ...role)).toMatchObject({ changed: true })
    expect(await allowedJson('devices', 'remove', id)).toMatchObject({ outcome: 'removed' })
  })

  it('are rejected, and an id that is none says what waits', async () => {
    const requestId = await waits(owner, { key: 'tablet' })
    expect(await allowed('devices', 'reject', 'device-nothing')).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining(requestId),
    })
    expect(await allowedJson('devices', 'reject', requestId)).toEqual({
      requestId,
      deviceId: deviceIdOf('tablet'),
      outcome: 'rejected',
    })
    const again = await allowed('devices', 'reject', requestId, '--json')
    expect(again.exit).toBe(3)
    expect(errorOf(again)).toMatchObject({ reason: 'rejected' })
  })

  it('are not approved with less than they ask for, or with a name: the wire says neither', async () => {
    const requestId = await waits(owner, { key: 'watch' })
    for (const more of ['--label=Watch', '--scopes=operator.read']) {
      expect(await allowed('devices', 'approve', requestId, more)).toMatchObject({ exit: 2 })
    }
    expect(await pendingIds()).toContain(requestId)
  })

  it('may be this computer itself: it gets its new token, and is let in by its key', async () => {
    await allowed('devices', 'list')
    const file = join(laptop.stateDir, 'identity/device.json')
    const { deviceId } = JSON.parse(await readFile(file, 'utf8'))
    const own = ['devices', 'rotate', '--device', deviceId, '--role', 'operator']
    const quiet = await afar(laptop, own)
    expect(quiet).toMatchObject({ exit: 0, stdout: expect.stringContaining('--json prints it') })
    const { token } = await allowedJson(...own)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(quiet.stdout).not.toMatch(/[\w-]{43}\n/)
    expect(await afar(laptop, ['devices', 'list'], '')).toMatchObject({ exit: 0 })
  })

  it('hand their owner nothing after this computer was shut out', async () => {
    const home = await homeHere()
    const asked = await afar(home, ['devices', 'list'])
    await owner.run(['devices', 'approve', requestOf(asked), '--yes'])
    expect(await afar(home, ['devices', 'list'], '')).toMatchObject({ exit: 0 })
    const { deviceId } = JSON.parse(
      await readFile(join(home.stateDir, 'identity/device.json'), 'utf8'),
    )
    await owner.run(['devices', 'revoke', '--device', deviceId, '--role', 'operator', '--yes'])
    expect(await afar(home, ['devices', 'list'], '')).toMatchObject({
      exit: 4,
      stderr: expect.stringMatching(/revoked|does not hold/),
    })
    await home.remove()
  })

  it.skipIf(noTerminal)('are shown before a terminal is asked, with the difference', async () => {
    const id = await paired(owner, { key: 'desk', role: 'operator', scopes: ['operator.read'] })
    const scopes = ['operator.read', 'operator.pairing']
    const requestId = await waits(owner, { key: 'desk', role: 'operator', scopes })
    await allowed('devices', 'list')
    const line = ['devices', 'approve', requestId, '--url', gateway.url]
    const approve = onTerminal(laptop, line, { OPENCLAW_GATEWAY_TOKEN: gateway.token })
    await approve.shows(/Approve\? \[y\/N\/r\]/)
    for (const fact of ['A paired device asks for more', id, 'operator: scope operator.read']) {
      expect(approve.screen()).toContain(fact)
    }
    expect(approve.screen()).toMatch(/Asks for \S* {2}scope operator\.pairing\r?\n/)
    approve.type('n\r')
    expect(await approve.exit).toBe(4)
    expect(await pendingIds()).toContain(requestId)
  })
})

describe('nodes of a gateway elsewhere', () => {
  let node: GatewayClient
  let nodeId: string
  beforeAll(async () => {
    const identity = createIdentity()
    nodeId = identity.deviceId
    const requestId = await new Promise<string>((resolve) => {
      node = connectNode({
        url: gateway.url,
        identity,
        auth: { token: gateway.token },
        client: { id: 'node-host', displayName: 'Kitchen', platform: 'linux' },
        commands: { 'system.which': async (params) => ({ asked: params ?? null }) },
        onPairingRequired: (needed) => resolve(needed.requestId ?? ''),
      })
    })
    expect(await owner.run(['devices', 'approve', requestId, '--yes'])).toMatchObject({ exit: 0 })
    await node.ready({ timeoutMs: 15_000 })
  })
  afterAll(() => node.close())

  it('are listed, described, asked and renamed', async () => {
    expect(await allowedJson('nodes', 'status')).toMatchObject({
      ts: expect.any(Number),
      nodes: [{ nodeId, connected: true }],
    })
    expect(await allowed('nodes', 'list')).toMatchObject({
      stdout: expect.stringContaining('Kitchen'),
    })
    expect(await allowedJson('nodes', 'describe', 'kitchen')).toMatchObject({ nodeId })
    const which = ['nodes', 'invoke', '--node', nodeId.slice(0, 12), '--command']
    expect(await allowedJson(...which, 'system.which', '--params', '{"bins":[]}')).toMatchObject({
      ok: true,
      payload: { asked: { bins: [] } },
    })
    expect(await allowed(...which, 'camera.snap')).toMatchObject({ exit: 4 })
    expect(await allowed('nodes', 'describe', 'nobody')).toMatchObject({ exit: 3 })
    expect(await allowed('nodes', 'rename', nodeId, 'Pantry')).toMatchObject({ exit: 0 })
    expect(await allowedJson('nodes', 'describe', 'pantry')).toMatchObject({ nodeId })
  })

  it('of the older pairing are decided about', async () => {
    const [first, second] = [await asksAsNode(owner, 'old-1'), await asksAsNode(owner, 'old-2')]
    expect(await allowedJson('nodes', 'pending')).toMatchObject([
      { requestId: first },
      { requestId: second },
    ])
    expect(await allowedJson('nodes', 'approve', first)).toMatchObject({
      requestId: first,
      node: { nodeId: 'old-1', token: expect.stringMatching(/^[\w-]{43}$/) },
    })
    expect(await allowedJson('nodes', 'reject', second)).toEqual({
      requestId: second,
      nodeId: 'old-2',
    })
    expect(await allowed('nodes', 'reject', second)).toMatchObject({ exit: 3 })
  })
})
