import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '@openclaw/pairing-config'
import { connectNode, createIdentity, type PairingNeeded } from '@openclaw/pairing-protocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examineCertificate } from '../src/doctor/certificate.ts'
import { emptyHome, type Home } from './support/cli.ts'

let home: Home
let gateway: ChildProcess
let started: { readonly url: string; readonly tlsFingerprint: string }

const inState = (...parts: string[]): string => join(home.stateDir, ...parts)
const certPath = (): string => inState('gateway/tls/gateway-cert.pem')
const keyPath = (): string => inState('gateway/tls/gateway-key.pem')

/** What doctor finds; those about the state come and go while a gateway runs. */
async function findings(): Promise<readonly { readonly id: string; readonly subject: string }[]> {
  return JSON.parse((await home.run(['doctor', '--json'])).stdout).findings
}

/** Runs the bundled `openclaw gateway` until it says where it is. */
function start(): Promise<typeof started> {
  gateway = spawn(process.execPath, [home.main, 'gateway', '--port', '0', '--json'], {
    env: home.env,
  })
  let out = ''
  return new Promise((resolve, reject) => {
    gateway.stdout?.setEncoding('utf8').on('data', (part: string) => {
      out += part
      if (out.includes('}\n')) resolve(JSON.parse(out))
    })
    gateway.once('close', (exit) => reject(new Error(`it ended with ${String(exit)}`)))
  })
}

function pending<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((given) => {
    resolve = given
  })
  return { promise, resolve }
}

beforeAll(async () => {
  home = await emptyHome()
  await mkdir(home.stateDir, { mode: 0o700 })
  const config = JSON.stringify({ gateway: { tls: { enabled: true } } })
  await writeFile(inState('openclaw.json'), config, { mode: 0o600 })
  started = await start()
})
afterAll(async () => {
  gateway?.kill('SIGKILL')
  await home.remove()
})

describe('a gateway with TLS of its own', () => {
  it('is reached by the commands of this machine, which trust its certificate alone', async () => {
    expect(started.url).toMatch(/^https:/)
    const token = (await readFile(inState('gateway-token'), 'utf8')).trim()
    const asked = pending<PairingNeeded>()
    const identity = createIdentity()
    const node = connectNode({
      url: started.url.replace('http', 'ws'),
      tlsFingerprint: started.tlsFingerprint,
      identity,
      auth: { token },
      client: { id: 'node-host', displayName: 'Kitchen', platform: 'linux', version: '1.2.3' },
      commands: { 'system.which': async () => ({ path: '/bin/ls' }) },
      onPairingRequired: asked.resolve,
    })
    try {
      const { requestId = '' } = await asked.promise
      expect(await home.run(['devices', 'approve', requestId, '--yes'])).toMatchObject({ exit: 0 })
      await node.ready({ timeoutMs: 15_000 })
      expect((await home.run(['nodes', 'list'])).stdout).toContain('Kitchen')
      const which = [
        'nodes',
        'invoke',
        '--node',
        identity.deviceId,
        '--command',
        'system.which',
        '--params',
        '{}',
      ]
      expect((await home.run([...which, '--json'])).stdout).toContain('/bin/ls')
    } finally {
      await node.close()
    }
    const runtime = await readFile(inState('gateway.runtime.json'), 'utf8')
    for (const [other, why] of [
      ['f'.repeat(64), 'another fingerprint'],
      [5, 'the TLS fingerprint is no SHA-256'],
    ] as const) {
      const changed = JSON.stringify({ ...JSON.parse(runtime), tlsFingerprint: other })
      await writeFile(inState('gateway.runtime.json'), changed)
      const refused = await home.run(['nodes', 'list'])
      expect(refused).toMatchObject({ exit: 1, stdout: '', stderr: expect.stringContaining(why) })
    }
    await writeFile(inState('gateway.runtime.json'), runtime)
  })

  it('is told by doctor with its fingerprint, and never with the secret of the machine', async () => {
    const { stdout } = await home.run(['doctor'])
    expect(stdout).toContain(`SHA-256 fingerprint ${started.tlsFingerprint}`)
    const found = await home.run(['doctor', '--json'])
    expect(JSON.parse(found.stdout)).toMatchObject({
      ok: true,
      certificate: { fingerprint: started.tlsFingerprint, file: certPath() },
      gateway: { tlsFingerprint: started.tlsFingerprint },
    })
    const { secret } = JSON.parse(await readFile(inState('gateway.runtime.json'), 'utf8'))
    expect(found.stdout).not.toContain(secret)
  })

  it('whose key others may read is found, and mended', async () => {
    await chmod(keyPath(), 0o644)
    const rights = async () =>
      (await findings()).filter(({ id }) => id === 'permissions').map(({ subject }) => subject)
    expect(await rights()).toEqual([keyPath()])
    await home.run(['doctor', '--fix', '--yes'])
    expect(await rights()).toEqual([])
  })

  it('whose certificate ends is found, before and after', () => {
    const paths = { certPath: certPath(), keyPath: keyPath(), caPath: undefined }
    const config = { gateway: { tls: { ...paths, origin: 'generated' } } } as unknown as Config
    const days = (count: number): number => Date.now() + count * 86_400_000
    const idsAt = (count: number) =>
      examineCertificate(config, days(count)).findings.map(({ id }) => id)
    expect(idsAt(0)).toEqual([])
    expect(idsAt(3640)).toEqual(['certificate-expires-soon'])
    expect(idsAt(3651)).toEqual(['certificate-expired'])
    expect(idsAt(-2)).toEqual(['certificate-not-yet-valid'])
    expect(examineCertificate(config, days(3651)).findings[0]?.fix).toContain(`rm ${certPath()}`)
  })

  it('that would not start again is found', async () => {
    const key = await readFile(keyPath())
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    await writeFile(keyPath(), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    expect(await findings()).toContainEqual(
      expect.objectContaining({
        id: 'ERR_GATEWAY_CERTIFICATE',
        severity: 'error',
        subject: keyPath(),
      }),
    )
    expect(await home.run(['doctor'])).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining(`SHA-256 fingerprint ${started.tlsFingerprint}`),
    })
    await writeFile(keyPath(), key)
    gateway.kill('SIGTERM')
    await new Promise((resolve) => gateway.once('close', resolve))
    await writeFile(keyPath(), 'no key')
    const refused = await home.run(['gateway', '--port', '0'])
    expect(refused).toMatchObject({ exit: 1, stdout: '' })
    expect(refused.stderr).toMatch(/^error: .+\nhint: .+\n$/)
  })
})
