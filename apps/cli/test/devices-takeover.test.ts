import { readdirSync, statSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Home, Json } from './support/cli.ts'
import { connects, deviceIdOf, publicKeyOf } from './support/devices.ts'
import { homeHere } from './support/here.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'

/** What a gateway of OpenClaw 2026.2.17 left. */
const LEFT = new URL(
  '../../../packages/device-pairing/test/fixtures/openclaw-2026.2.json',
  import.meta.url,
)
const TOKEN = 'A0wz3Yk5a0cXlQm7uJ2t9vB4nH8rS6dF1gK3pLeWqTy'
const REQUEST = '929d1995-b8a9-4f95-ad81-816f69b6c7aa'

let home: Home
beforeEach(async () => {
  home = await homeHere()
})
afterEach(() => home.remove())

type File = Readonly<Record<string, Json>>
const pathOf = (name: string): string => join(home.stateDir, name)
const readState = async (name: string): Promise<File> =>
  JSON.parse(await readFile(pathOf(name), 'utf8'))
const picture = (): string[] =>
  readdirSync(home.folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => `${name} ${String(statSync(join(home.folder, name)).mtimeMs)}`)

/** That directory, with a request that still waits and a paired device whose key we have. */
async function older(): Promise<Readonly<Record<string, File>>> {
  const left = JSON.parse(await readFile(LEFT, 'utf8')) as Record<string, Record<string, Json>>
  const pending = { ...left['devices/pending.json'] }
  pending[REQUEST] = { ...pending[REQUEST], ts: Date.now() - 60_000 }
  const deviceId = deviceIdOf('phone')
  const at = 1_795_370_988_314
  const token = { token: TOKEN, role: 'node', scopes: [], createdAtMs: at }
  const phone = {
    deviceId,
    publicKey: publicKeyOf('phone'),
    clientId: 'node-host',
    clientMode: 'node',
    role: 'node',
    roles: ['node'],
    tokens: { node: token },
    createdAtMs: at,
    approvedAtMs: at,
  }
  const devices = { ...left['devices/paired.json'], [deviceId]: phone }
  const files = { ...left, 'devices/pending.json': pending, 'devices/paired.json': devices }
  for (const [name, json] of Object.entries(files)) {
    await mkdir(join(pathOf(name), '..'), { recursive: true, mode: 0o700 })
    await writeFile(pathOf(name), JSON.stringify(json, undefined, 2), { mode: 0o600 })
  }
  return files
}

/** Doctor's findings about devices and nodes. */
async function found(...more: string[]): Promise<Json[]> {
  const { findings } = await home.json(['doctor', ...more])
  return (findings as Json[]).filter(({ id }) => /token|waiting|full/.test(String(id)))
}

describe('devices of a directory of OpenClaw 2026.2', () => {
  it('are listed as they stand there, and not touched by looking', async () => {
    const files = await older()
    const before = picture()
    const lists = await home.json(['devices', 'list'])
    const { tokens: _, ...shown } = files['devices/paired.json']?.[deviceIdOf('phone')] ?? {}
    expect(
      (lists['paired'] as Json[]).find(({ deviceId }) => deviceId === shown['deviceId']),
    ).toEqual(expect.objectContaining(shown))
    expect(lists['paired']).toHaveLength(6)
    expect(lists['pending']).toMatchObject([files['devices/pending.json']?.[REQUEST]])
    expect(JSON.stringify(lists)).not.toMatch(/"token"/)
    expect(JSON.parse((await home.run(['nodes', 'pending', '--json'])).stdout)).toEqual([])
    expect((await home.run(['doctor'])).exit).toBe(0)
    expect(picture()).toEqual(before)
  })

  it('are approved by the id that OpenClaw gave, in its own shapes', async () => {
    const files = await older()
    const waiting = files['devices/pending.json']?.[REQUEST]
    const { exit, stdout } = await home.run(['devices', 'approve', REQUEST])
    expect(exit).toBe(0)
    expect(stdout).toContain(`Approved ${String(waiting?.['deviceId'])} (${REQUEST}).`)
    expect(await readState('devices/paired.json')).toMatchObject({
      [String(waiting?.['deviceId'])]: { role: 'node', roles: ['node'], clientId: 'node-host' },
    })
    expect(Object.keys(await readState('devices/pending.json'))).not.toContain(REQUEST)
    const audit = (await home.run(['audit'])).stdout
    expect(audit).toMatch(/paired.+another program|changed outside: paired/)
    expect(audit).toMatch(/approved +72e139debdff as node +\S+ at the terminal/)
  })
})

describe('tokens in clear', () => {
  it('are found, and replaced by their hashes when the owner says so', async () => {
    await older()
    const plain = { id: 'plain-tokens', severity: 'warning', fixable: true }
    const [devices, nodes, ...others] = await found()
    expect(devices).toMatchObject({ ...plain, subject: pathOf('devices/paired.json') })
    expect(devices?.['problem']).toMatch(/^6 tokens lie in clear in devices\/paired\.json/)
    expect(nodes).toMatchObject({ ...plain, subject: pathOf('nodes/paired.json') })
    expect(others).toMatchObject([{ id: 'devices-waiting', severity: 'note' }])
    const refused = await home.run(['doctor', '--fix'])
    expect(refused.exit).toBe(4)
    expect(refused.stderr).toContain('OpenClaw 2026.2')
    expect(refused.stderr).toContain('rotation or a new pairing')
    expect(await readFile(pathOf('devices/paired.json'), 'utf8')).toContain(TOKEN)
    expect(await home.run(['doctor', '--fix', '--yes'])).toMatchObject({ exit: 0 })
    expect(await found()).toMatchObject([{ id: 'devices-waiting' }])
    for (const name of ['devices/paired.json', 'nodes/paired.json']) {
      const file = await readFile(pathOf(name), 'utf8')
      expect(file).not.toMatch(/"token":/)
      expect(file).toMatch(/"tokenHash": "sha256:[0-9a-f]{64}"/)
    }
    const journal = await readFile(pathOf('pairing-journal/00000001.jsonl'), 'utf8')
    expect(journal).not.toContain(TOKEN)
    const phone = { key: 'phone', bare: true, description: { platform: '' } } as const
    expect(await connects(home, phone, TOKEN)).toMatchObject({ presented: 'right' })
    expect((await home.run(['audit'])).stdout).toMatch(/tokens replaced by hashes/)
  })

  it.skipIf(noTerminal)('stay where the owner says no', async () => {
    await older()
    const fix = onTerminal(home, ['doctor', '--fix'])
    await fix.shows(/Do it\?/)
    fix.type('n\r')
    expect(await fix.exit).toBe(4)
    expect(await found()).toHaveLength(3)
  })
})

describe('doctor', () => {
  it('tells of devices that were turned away, and of nodes that wait', async () => {
    for (const key of ['1', '2', '3', '4', '5', '6']) await connects(home, { key })
    expect(await found()).toMatchObject([
      { id: 'devices-waiting', problem: '5 devices wait', severity: 'note' },
      { id: 'devices-full', severity: 'note', problem: expect.stringMatching(/^1 ask/) },
    ])
    expect((await home.run(['doctor'])).exit).toBe(0)
  })

  it('finds a damaged list of devices', async () => {
    await older()
    await home.run(['devices', 'approve', REQUEST])
    await writeFile(pathOf('devices/paired.json'), '{', { mode: 0o600 })
    const { findings } = await home.json(['doctor'])
    expect(findings).toContainEqual(
      expect.objectContaining({
        id: 'ERR_DOCUMENT_DAMAGED',
        subject: expect.stringMatching(/devices\/paired\.json$/),
        fixable: true,
      }),
    )
    expect((await home.run(['doctor', '--fix', '--yes'])).exit).toBe(0)
    expect(Object.keys(await readState('devices/paired.json'))).toHaveLength(7)
  })
})
