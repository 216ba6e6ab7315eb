import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { nodeFiles, setupMachine } from '../src/node.ts'
import { folderWith, load, loadFrom } from './support.ts'

const machine = async (running?: Parameters<typeof setupMachine>[0]['running']) =>
  setupMachine({ config: await load({}), files: nodeFiles(), running })

/** A program `tailscale`, and the only one that PATH has besides those of the system. */
async function tailscaleIs(script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pairing-tailscale-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'tailscale')
  await writeFile(file, `#!/bin/sh\n${script}\n`)
  await chmod(file, 0o755)
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`)
  return folder
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('Tailscale', () => {
  it('is asked about this machine alone', async () => {
    const folder = await tailscaleIs('echo "$@" > "$(dirname "$0")/args"; echo "{}"')
    const { tailscaleStatus } = await machine()
    expect(await tailscaleStatus()).toEqual({ outcome: 'answered', text: '{}\n' })
    expect(await readFile(join(folder, 'args'), 'utf8')).toBe('status --json --peers=false\n')
  })

  it('may be missing, fail, or not be a program', async () => {
    vi.stubEnv('PATH', await folderWith({}))
    expect(await (await machine()).tailscaleStatus()).toEqual({ outcome: 'missing' })
    await tailscaleIs('echo "no daemon" >&2; exit 3')
    expect(await (await machine()).tailscaleStatus()).toEqual({
      outcome: 'failed',
      why: 'exit code 3',
    })
    const folder = await tailscaleIs('')
    await rm(join(folder, 'tailscale'))
    await mkdir(join(folder, 'tailscale'))
    expect(await (await machine()).tailscaleStatus()).toMatchObject({
      outcome: expect.stringMatching(/missing|failed/),
    })
  })

  it('is not waited for, nor is what it started, and not listened to for ever', async () => {
    await tailscaleIs('sleep 60 & sleep 60')
    const before = performance.now()
    expect(await (await machine()).tailscaleStatus()).toEqual({ outcome: 'slow' })
    expect(performance.now() - before).toBeLessThan(20_000)
    await tailscaleIs('yes')
    expect(await (await machine()).tailscaleStatus()).toEqual({ outcome: 'too-long' })
  }, 30_000)
})

describe('the gateway', () => {
  it('that runs outranks what is configured', async () => {
    expect((await machine()).gateway).toEqual({
      host: '127.0.0.1',
      port: 18_789,
      tls: 'off',
      runs: false,
    })
    const running = { host: '0.0.0.0', port: 5, tlsFingerprint: undefined }
    expect((await machine(running)).gateway).toEqual({
      host: '0.0.0.0',
      port: 5,
      tls: 'off',
      runs: true,
    })
    const fingerprint = 'cd'.repeat(32)
    expect((await machine({ ...running, tlsFingerprint: fingerprint })).gateway.tls).toEqual({
      fingerprint,
      signedBy: 'itself',
    })
  })

  it('shows the certificate that lies there, and who signed it', async () => {
    const folder = await folderWith({ 'openclaw.json': { gateway: { tls: { enabled: true } } } })
    const config = await loadFrom(folder)
    const look = (tlsFingerprint?: string) => {
      const running = tlsFingerprint && { host: '0.0.0.0', port: 5, tlsFingerprint }
      return setupMachine({ config, files: nodeFiles(), running: running || undefined }).gateway.tls
    }
    expect(look()).toBe('not-made')
    const authority = await generate([{ name: 'commonName', value: 'Authority' }], {
      keySize: 2048,
    })
    const own = await generate([{ name: 'commonName', value: 'gateway' }], { keySize: 2048 })
    const signed = await generate([{ name: 'commonName', value: 'gateway' }], {
      keySize: 2048,
      ca: { key: authority.private, cert: authority.cert },
    })
    const put = async (pair: { readonly cert: string; readonly private: string }) => {
      await mkdir(join(folder, 'gateway/tls'), { recursive: true })
      await writeFile(join(folder, 'gateway/tls/gateway-cert.pem'), pair.cert)
      await writeFile(join(folder, 'gateway/tls/gateway-key.pem'), pair.private)
    }
    const digest = expect.stringMatching(/^[\da-f]{64}$/)
    await put(own)
    expect(look()).toEqual({ fingerprint: digest, signedBy: 'itself' })
    await put(signed)
    const found = look()
    expect(found).toEqual({ fingerprint: digest, signedBy: 'an-authority' })
    expect(typeof found === 'object' && look(found.fingerprint)).toEqual(found)
    expect(look('cd'.repeat(32))).toEqual({ fingerprint: 'cd'.repeat(32), signedBy: 'itself' })
  })

  it('has no address of this machine alone', async () => {
    for (const address of (await machine()).addresses())
      expect(address).not.toMatch(/^127\.|^::1$|^fe[89ab]/)
  })
})
