import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { complaints, folderWith, load, loadFrom } from './support.ts'

const tlsOf = async (tls: unknown) => {
  const folder = await folderWith({ 'openclaw.json': { gateway: { tls } } })
  const config = await loadFrom(folder)
  return { folder, tls: config.gateway.tls, complaints: complaints(config), config }
}

describe('gateway.tls', () => {
  it('is off unless it is turned on', async () => {
    expect((await load({})).gateway.tls).toBeUndefined()
    for (const tls of [{}, { enabled: false }, { enabled: false, certPath: 'a' }]) {
      expect(await tlsOf(tls)).toMatchObject({ tls: undefined, complaints: [] })
    }
  })

  it('has a certificate made where OpenClaw keeps it, unless that is forbidden', async () => {
    const made = await tlsOf({ enabled: true })
    expect(made.complaints).toEqual([])
    expect(made.tls).toEqual({
      certPath: join(made.folder, 'gateway/tls/gateway-cert.pem'),
      keyPath: join(made.folder, 'gateway/tls/gateway-key.pem'),
      caPath: undefined,
      origin: 'generated',
    })
    const own = await tlsOf({ enabled: true, autoGenerate: false })
    expect(own.tls).toMatchObject({ origin: 'own' })
  })

  it('takes own files: absolute, from home, or beside the configuration', async () => {
    const { tls, folder, complaints } = await tlsOf({
      enabled: true,
      certPath: '/etc/cert.pem',
      keyPath: '~/key.pem',
      caPath: 'tls/ca.pem',
    })
    expect(complaints).toEqual([])
    expect(tls).toEqual({
      certPath: '/etc/cert.pem',
      keyPath: join(folder, 'key.pem'),
      caPath: join(folder, 'tls/ca.pem'),
      origin: 'own',
    })
  })

  it.each([
    [{ enabled: true, certPath: 'a' }, 'error gateway.tls.keyPath'],
    [{ enabled: true, keyPath: 'a' }, 'error gateway.tls.certPath'],
    [{ enabled: true, certPath: 'a', keyPath: 5 }, 'error gateway.tls.keyPath'],
    [{ enabled: true, certPath: '', keyPath: 'a' }, 'error gateway.tls.certPath'],
    [{ enabled: 'yes' }, 'error gateway.tls.enabled'],
    [{ enabled: true, autoGenerate: 1 }, 'error gateway.tls.autoGenerate'],
    ['on', 'error gateway.tls'],
    [{ enabled: true, certpath: 'a' }, 'warning gateway.tls.certpath'],
  ])('does not go on as if nothing were wrong with %j', async (tls, complaint) => {
    expect((await tlsOf(tls)).complaints).toEqual([complaint])
  })

  it('warns of a key that others may read, and says what mends it', async () => {
    const folder = await folderWith({
      'openclaw.json': { gateway: { tls: { enabled: true, certPath: 'c', keyPath: 'key.pem' } } },
    })
    const key = join(folder, 'key.pem')
    await writeFile(key, '')
    for (const [mode, expected] of [
      [0o600, []],
      [0o640, [{ severity: 'warning', path: 'gateway.tls.keyPath', fix: `chmod 600 ${key}` }]],
    ] as const) {
      await chmod(key, mode)
      expect((await loadFrom(folder)).problems).toMatchObject(expected)
    }
  })
})
