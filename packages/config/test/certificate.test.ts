import { generateKeyPairSync } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { generate } from 'selfsigned'
import { beforeAll, describe, expect, it } from 'vitest'
import type { GatewayTls } from '../src/index.ts'
import { certificateNotice, nodeFiles, readCertificate } from '../src/node.ts'
import { folderWith } from './support.ts'

let made: { readonly cert: string; readonly private: string }
beforeAll(async () => {
  made = await generate([{ name: 'commonName', value: 'bot.example' }], { algorithm: 'sha256' })
})

async function filesWith(texts: Readonly<Record<string, string>>): Promise<GatewayTls> {
  const folder = await folderWith(texts)
  const at = (name: string): string => join(folder, name)
  const caPath = 'ca.pem' in texts ? at('ca.pem') : undefined
  return { certPath: at('cert.pem'), keyPath: at('key.pem'), caPath, origin: 'own' }
}

const read = (tls: GatewayTls) => readCertificate(tls, nodeFiles())
const both = () => ({ 'cert.pem': made.cert, 'key.pem': made.private })

describe('the files of a certificate', () => {
  it('can be served when they belong together; a chain counts by its first', async () => {
    const other = await generate(undefined, { algorithm: 'sha256' })
    const tls = await filesWith({ ...both(), 'cert.pem': `${made.cert}\n${other.cert}` })
    expect(read(tls)).toMatchObject({
      kind: 'usable',
      certificate: {
        key: made.private,
        ca: undefined,
        fingerprint: expect.stringMatching(/^\w{64}$/),
      },
    })
    expect(read(await filesWith({ ...both(), 'ca.pem': other.cert }))).toMatchObject({
      certificate: { ca: other.cert },
    })
  })

  it('say whether they are not there at all, or only the certificate', async () => {
    expect(read(await filesWith({}))).toMatchObject({ missing: 'both' })
    expect(read(await filesWith({ 'key.pem': made.private }))).toMatchObject({
      missing: 'certificate',
    })
    expect(read(await filesWith({ 'cert.pem': made.cert }))).toMatchObject({ missing: 'none' })
    expect(read(await filesWith({ 'key.pem': 'x' }))).toMatchObject({ missing: 'none' })
  })

  it.each([
    ['a key behind a passphrase', 'key.pem', () => encrypted()],
    ['a certificate in its place', 'key.pem', () => made.cert],
    ['a key in its place', 'cert.pem', () => made.private],
    ['more than a mebibyte', 'cert.pem', () => `${made.cert}${' '.repeat(1_048_577)}`],
    ['no certificate of an authority', 'ca.pem', () => 'x'],
    ['a key that is too short', 'cert.pem', undefined],
  ])('with %s are refused by name', async (_, name, text) => {
    const short = text === undefined ? await shortPair() : {}
    const tls = await filesWith({ ...both(), ...short, ...(text && { [name]: text() }) })
    const found = read(tls)
    expect(found).toMatchObject({ kind: 'unusable', missing: 'none' })
    expect(found).toMatchObject({ file: expect.stringMatching(new RegExp(`/${name}$`)) })
    expect(JSON.stringify(found)).not.toContain('BEGIN')
  })

  it('that are no files are refused, and nothing waits for them', async () => {
    const folder = await folderWith({ 'cert.pem': made.cert })
    const tls = { certPath: join(folder, 'cert.pem'), caPath: undefined, origin: 'own' } as const
    await mkdir(join(folder, 'folder'))
    await symlink(join(folder, 'nowhere'), join(folder, 'link'))
    for (const name of ['folder', 'link']) {
      const keyPath = join(folder, name)
      expect(read({ ...tls, keyPath })).toMatchObject({ kind: 'unusable', file: keyPath })
    }
    await writeFile(join(folder, 'key.pem'), made.private)
    const caPath = join(folder, 'gone.pem')
    expect(read({ ...tls, keyPath: join(folder, 'key.pem'), caPath })).toMatchObject({
      file: caPath,
      problem: 'is not there',
    })
  })
})

function encrypted(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const secret = { cipher: 'aes-256-cbc', passphrase: 'secret' } as const
  return String(privateKey.export({ type: 'pkcs8', format: 'pem', ...secret }))
}

async function shortPair(): Promise<Readonly<Record<string, string>>> {
  const { cert, private: key } = await generate(undefined, { algorithm: 'sha256', keySize: 512 })
  return { 'cert.pem': cert, 'key.pem': key }
}

describe('the age of a certificate', () => {
  const tls = { certPath: '/c', keyPath: '/k', caPath: undefined, origin: 'own' } as const
  const DAY = 86_400_000
  const life = { validFrom: (100 * DAY) as EpochMs, validTo: (200 * DAY) as EpochMs }
  const at = (ms: number) => certificateNotice(tls, life, ms as EpochMs)?.state

  it('is worth a word in its last 30 days, after them, and before it begins', () => {
    expect(at(100 * DAY - 1)).toBe('not-yet-valid')
    expect(at(100 * DAY)).toBeUndefined()
    expect(at(170 * DAY - 1)).toBeUndefined()
    expect(at(170 * DAY)).toBe('expires-soon')
    expect(at(200 * DAY)).toBe('expired')
  })

  it('is mended by whoever made it', () => {
    const late = (200 * DAY) as EpochMs
    expect(certificateNotice(tls, life, late)?.fix).toContain('Renew it in /c and /k')
    const made = { ...tls, origin: 'generated' } as const
    expect(certificateNotice(made, life, late)?.fix).toContain('rm /c /k')
  })
})
