import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  connectNode,
  createIdentity,
  type GatewayClient,
  type PairingNeeded,
} from '@openclaw/pairing-protocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyHome, type Home } from './support/cli.ts'

let home: Home
let gateway: ChildProcess
let client: GatewayClient
let nodeId: string

/** Runs `openclaw gateway` until it says where it is. */
async function start(): Promise<string> {
  gateway = spawn(process.execPath, [home.main, 'gateway', '--port', '0', '--json'], {
    env: home.env,
  })
  let out = ''
  return new Promise((resolve, reject) => {
    gateway.stdout?.setEncoding('utf8').on('data', (part: string) => {
      out += part
      if (out.includes('}\n')) resolve(String(JSON.parse(out).url))
    })
    gateway.once('close', (exit) => reject(new Error(`it ended with ${String(exit)}`)))
  })
}

/** A kitchen node that asks, is approved with our own command, and is connected. */
async function pair(url: string): Promise<void> {
  const identity = createIdentity()
  nodeId = identity.deviceId
  const token = readFileSync(join(home.stateDir, 'gateway-token'), 'utf8').trim()
  const asked = await new Promise<PairingNeeded>((resolve) => {
    client = connectNode({
      url: url.replace('http', 'ws'),
      identity,
      auth: { token },
      client: { id: 'node-host', displayName: 'Kitchen', platform: 'linux', version: '1.2.3' },
      commands: {
        'system.which': async (params) => ({ asked: params ?? null }),
        'camera.snap': async () => ({}),
      },
      onPairingRequired: resolve,
    })
  })
  const approved = await home.run(['devices', 'approve', asked.requestId ?? '', '--yes'])
  expect(approved).toMatchObject({ exit: 0 })
  await client.ready({ timeoutMs: 15_000 })
}

beforeAll(async () => {
  home = await emptyHome()
  await pair(await start())
})
afterAll(async () => {
  await client?.close()
  gateway?.kill('SIGKILL')
  await home.remove()
})

describe('nodes of the running gateway', () => {
  it('are listed with what they may be asked', async () => {
    const { stdout, exit } = await home.run(['nodes', 'list'])
    expect(exit).toBe(0)
    expect(stdout).toContain('Kitchen')
    expect(stdout).toContain(nodeId.slice(0, 12))
    expect(stdout).toContain('system.which')
    expect(stdout).not.toContain('camera.snap')
    expect(await home.json(['nodes', 'status'])).toMatchObject({
      ts: expect.any(Number),
      nodes: [{ nodeId, displayName: 'Kitchen', connected: true, paired: true }],
    })
  })

  it('are described, by the start of their id or by their name', async () => {
    for (const name of [nodeId.slice(0, 8), 'kitchen', nodeId]) {
      expect(await home.json(['nodes', 'describe', name])).toMatchObject({
        nodeId,
        commands: ['system.which'],
      })
    }
    const { stdout } = await home.run(['nodes', 'describe', 'kitchen'])
    expect(stdout).toMatch(/^ {2}Node +“Kitchen”$/m)
    expect(stdout).toMatch(/^ {2}What +linux 1\.2\.3$/m)
  })

  it('run a command and answer', async () => {
    const which = ['nodes', 'invoke', '--node', nodeId.slice(0, 12), '--command', 'system.which']
    const { stdout, exit } = await home.run([...which, '--params', '{"bins":["git"]}'])
    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ asked: { bins: ['git'] } })
    expect(await home.json([...which, '--params', '{"bins":[]}'])).toMatchObject({
      ok: true,
      nodeId,
      payload: { asked: { bins: [] } },
    })
  })

  it('are not asked what nobody allowed, and say so', async () => {
    const snap = ['nodes', 'invoke', '--node', nodeId.slice(0, 12), '--command', 'camera.snap']
    expect(await home.run(snap)).toMatchObject({
      exit: 4,
      stderr: expect.stringMatching(/not allowed: .*\n.*gateway\.nodes\.allowCommands/),
    })
    const wich = ['nodes', 'invoke', '--node', nodeId.slice(0, 12), '--command', 'system.wich']
    expect(await home.run(wich)).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining('did you mean system.which?'),
    })
    const itself = ['nodes', 'invoke', '--node', 'kitchen', '--command', 'system.which']
    expect(await home.run(itself)).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('name the one you mean by its id'),
    })
    const nobody = ['nodes', 'invoke', '--node', 'nobody', '--command', 'system.which']
    expect(await home.run(nobody)).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining('no node “nobody”'),
    })
  })

  it.each([
    [['nodes', 'invoke', '--node', 'kitchen'], '--command is missing'],
    [['nodes', 'invoke'], '--node and --command are missing'],
    [['nodes', 'describe'], 'which node?'],
    [['nodes', 'invoke', '--node', 'kitchen', '--command', 'x', '--params', '{'], 'not JSON'],
    [['nodes', 'invoke', '--node', 'kitchen', '--command', 'x', '--timeout', 'soon'], '--timeout'],
  ])('are not asked with a wrong line: %j', async (line, said) => {
    expect(await home.run(line)).toMatchObject({ exit: 2, stderr: expect.stringContaining(said) })
  })

  it('are renamed', async () => {
    const renamed = await home.run(['nodes', 'rename', nodeId, 'Kitchen', 'tablet'])
    expect(renamed).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/now called Kitchen tablet\.\nUndo: .* devices rename .* ''$/m),
    })
    expect(await home.json(['nodes', 'list', '--connected'])).toMatchObject({
      nodes: [{ nodeId, displayName: 'Kitchen tablet' }],
    })
    expect(await home.json(['devices', 'list'])).toMatchObject({ paired: [{ deviceId: nodeId }] })
    expect(await home.run(['nodes', 'rename', nodeId, 'x'.repeat(65)])).toMatchObject({ exit: 2 })
    expect(await home.json(['nodes', 'rename', nodeId, ''])).toEqual({
      nodeId,
      displayName: 'Kitchen',
      label: null,
    })
  })

  it('are nobody’s business where no gateway runs', async () => {
    const elsewhere = await emptyHome()
    expect(await elsewhere.run(['nodes', 'list'])).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('no gateway runs here'),
    })
    expect(await elsewhere.run(['nodes', 'rename', 'a', 'b'])).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('devices rename'),
    })
    await elsewhere.remove()
  })
})
