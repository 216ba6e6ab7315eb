import { spawn } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import type { EpochMs } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { createIdentity, fileTokenCache, loadIdentity, memoryTokenCache } from '../src/client.ts'
import { aFolder, afterwards, rejection } from './client/surroundings.ts'

const clock = { now: () => 1_795_370_948_968 as EpochMs }

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}

async function json(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8'))
}

it('makes an identity in the form of OpenClaw 2026.2, for its owner alone, and finds it again', async () => {
  const path = join(await aFolder(), 'identity/device.json')
  const made = await loadIdentity(path, { clock })
  expect(await modeOf(path)).toBe(0o600)
  expect(await modeOf(join(path, '..'))).toBe(0o700)
  const kept = await json(path)
  expect(Object.keys(kept)).toEqual([
    'version',
    'deviceId',
    'publicKeyPem',
    'privateKeyPem',
    'createdAtMs',
  ])
  expect(kept).toMatchObject({ version: 1, deviceId: made.deviceId, createdAtMs: clock.now() })
  const found = await loadIdentity(path)
  expect([found.deviceId, found.publicKey]).toEqual([made.deviceId, made.publicKey])
  const signature = Buffer.from(found.sign('text'), 'base64url')
  const key = createPublicKey(String(kept['publicKeyPem']))
  expect(verify(null, Buffer.from('text'), key, signature)).toBe(true)
  expect(await readdir(join(path, '..'))).toEqual(['device.json'])
})

it('leaves an identity as it is whose public key is another', async () => {
  const publicKeyPem =
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA0S/gFxwY6NhJ8UWqvy7umHNA50mm5v2MWSrJ2anJbeE=\n-----END PUBLIC KEY-----\n'
  const path = join(await aFolder(), 'device.json')
  await loadIdentity(path)
  await rewrite(path, { publicKeyPem })
  expect(await rejection(loadIdentity(path))).toMatchObject({ code: 'ERR_IDENTITY_MISMATCH' })
})

it('shows no private key when it is printed', async () => {
  const identity = await loadIdentity(join(await aFolder(), 'device.json'))
  expect(Object.keys(identity).sort()).toEqual(['deviceId', 'publicKey', 'sign'])
})

it('gives one identity to all that start at the same moment', async () => {
  const path = join(await aFolder(), 'device.json')
  const all = await Promise.all(Array.from({ length: 20 }, () => loadIdentity(path)))
  expect(new Set(all.map(({ deviceId }) => deviceId)).size).toBe(1)
  expect((await loadIdentity(path)).deviceId).toBe(all[0]?.deviceId)
  expect(await readdir(join(path, '..'))).toEqual(['device.json'])
})

it('takes the rights of others away', async () => {
  const path = join(await aFolder(), 'device.json')
  await loadIdentity(path)
  await chmod(path, 0o644)
  await loadIdentity(path)
  expect(await modeOf(path)).toBe(0o600)
})

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
})

it.each<[string, (path: string) => Promise<unknown>]>([
  ['empty', (path) => truncate(path, 0)],
  ['cut off', async (path) => truncate(path, 200)],
  ['no JSON of this kind', (path) => writeFile(path, '[]')],
  ['of another version', async (path) => rewrite(path, { version: 2 })],
  ['without a private key', async (path) => rewrite(path, { privateKeyPem: 'removed' })],
  ['with a key of another kind', async (path) => rewrite(path, { privateKeyPem: rsa })],
  ['too large', (path) => writeFile(path, ' '.repeat(300_000))],
])('leaves an identity as it is that is %s, and says so', async (_what, spoil) => {
  const path = join(await aFolder(), 'device.json')
  await loadIdentity(path)
  const { privateKeyPem } = await json(path)
  await spoil(path)
  const before = await readFile(path, 'utf8')
  const error = await rejection(loadIdentity(path))
  expect(error).toMatchObject({ code: 'ERR_IDENTITY_UNREADABLE', path })
  expect(await readFile(path, 'utf8')).toBe(before)
  const secret = String(privateKeyPem).split('\n')[1] ?? ''
  expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain(secret.slice(20, 40))
})

async function rewrite(path: string, change: object): Promise<void> {
  await writeFile(path, JSON.stringify({ ...(await json(path)), ...change }))
}

it('leaves an identity as it is whose id is another', async () => {
  const path = join(await aFolder(), 'device.json')
  await loadIdentity(path)
  await rewrite(path, { deviceId: createIdentity().deviceId })
  const before = await readFile(path, 'utf8')
  expect(await rejection(loadIdentity(path))).toMatchObject({ code: 'ERR_IDENTITY_MISMATCH' })
  expect(await readFile(path, 'utf8')).toBe(before)
})

it.each<[string, (path: string) => Promise<unknown>]>([
  [
    'a link',
    async (path) => {
      await loadIdentity(`${path}.elsewhere`)
      await symlink(`${path}.elsewhere`, path)
    },
  ],
  ['a directory', (path) => mkdir(path)],
  ['a pipe', (path) => run('mkfifo', path)],
])('does not take %s for an identity', async (_what, put) => {
  const path = join(await aFolder(), 'device.json')
  await put(path)
  expect(await rejection(loadIdentity(path))).toMatchObject({ code: 'ERR_IDENTITY_UNREADABLE' })
})

async function run(command: string, argument: string): Promise<void> {
  await new Promise((resolve) => spawn(command, [argument]).once('close', resolve))
}

it('says that a new identity cannot be kept', async () => {
  const folder = await aFolder()
  await symlink(join(folder, 'missing'), join(folder, 'identity'))
  const path = join(folder, 'identity/device.json')
  const error = await rejection(loadIdentity(path))
  expect(error).toMatchObject({ code: 'ERR_CLIENT_FILE_NOT_WRITTEN', path })
})

it('makes an identity where the file system has no hard links', async () => {
  vi.resetModules()
  vi.doMock('node:fs/promises', async (original) => ({
    ...(await original<typeof import('node:fs/promises')>()),
    link: () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' })),
  }))
  afterwards(async () => {
    vi.doUnmock('node:fs/promises')
    vi.resetModules()
  })
  const { loadIdentity: load } = await import('../src/client.ts')
  const path = join(await aFolder(), 'device.json')
  const all = await Promise.all([load(path), load(path)])
  expect(await modeOf(path)).toBe(0o600)
  expect((await loadIdentity(path)).deviceId).toBe(all[0]?.deviceId)
  expect(all[1]?.deviceId).toBe(all[0]?.deviceId)
})

const gateway = 'wss://one.example:18789'
const key = { gateway, role: 'node' }
const entry = (token: string, updatedAtMs = 1) => ({
  token,
  scopes: ['b', 'a'],
  updatedAtMs: updatedAtMs as EpochMs,
})

it('keeps tokens in the form of OpenClaw 2026.2, for their owner alone', async () => {
  const path = join(await aFolder(), 'identity/device-auth.json')
  const cache = fileTokenCache(path, 'device-1')
  expect(await cache.load(key)).toBeUndefined()
  await cache.save(key, entry('t1', 7))
  expect(await json(path)).toEqual({
    version: 1,
    deviceId: 'device-1',
    tokens: { node: { token: 't1', role: 'node', scopes: ['a', 'b'], updatedAtMs: 7, gateway } },
  })
  expect(await modeOf(path)).toBe(0o600)
  expect(await fileTokenCache(path, 'device-1').load(key)).toEqual({
    ...entry('t1', 7),
    scopes: ['a', 'b'],
  })
  expect(await readdir(join(path, '..'))).toEqual(['device-auth.json'])
})

it('uses a token that 2026.2 wrote, and keeps what only others know', async () => {
  const path = join(await aFolder(), 'device-auth.json')
  const operator = { token: 'op', role: 'operator', scopes: [], updatedAtMs: 1, note: 'n' }
  const written = { token: 'of-2026.2', role: 'node', scopes: [], updatedAtMs: 1, colour: 'red' }
  const file = { version: 1, deviceId: 'd', later: { a: 1 }, tokens: { node: written, operator } }
  await writeFile(path, JSON.stringify(file))
  const cache = fileTokenCache(path, 'd')
  expect((await cache.load(key))?.token).toBe('of-2026.2')
  await cache.save(key, entry('t2', 5))
  expect(await json(path)).toMatchObject({
    later: { a: 1 },
    tokens: { node: { token: 't2', colour: 'red', gateway }, operator },
  })
})

it('keeps the tokens of gateways and roles apart', async () => {
  const path = join(await aFolder(), 'device-auth.json')
  const cache = fileTokenCache(path, 'd')
  const other = { gateway: 'wss://two.example', role: 'node' }
  await cache.save(key, entry('one'))
  expect(await cache.load(other)).toBeUndefined()
  await cache.save(other, entry('two'))
  await cache.save({ ...key, role: 'operator' }, entry('three'))
  expect((await cache.load(key))?.token).toBe('one')
  expect((await cache.load(other))?.token).toBe('two')
  await cache.drop(key, 'one')
  expect(await cache.load(key)).toBeUndefined()
  expect((await cache.load(other))?.token).toBe('two')
})

it('drops only the token that was refused', async () => {
  const path = join(await aFolder(), 'device-auth.json')
  const cache = fileTokenCache(path, 'd')
  await cache.save(key, entry('newer'))
  await cache.drop(key, 'older')
  expect((await cache.load(key))?.token).toBe('newer')
  await cache.drop({ ...key, role: 'constructor' }, 'older')
})

it('loses no change when many are made at once, by several caches of one file', async () => {
  const path = join(await aFolder(), 'device-auth.json')
  const roles = Array.from({ length: 20 }, (_, n) => `role-${String(n)}`)
  const save = (role: string) => fileTokenCache(path, 'd').save({ gateway, role }, entry(role))
  await Promise.all(roles.map(save))
  const cache = fileTokenCache(path, 'd')
  for (const role of roles) expect((await cache.load({ gateway, role }))?.token).toBe(role)
})

it('makes a change again on what another process wrote meanwhile', async () => {
  const path = join(await aFolder(), 'device-auth.json')
  await fileTokenCache(path, 'd').save(key, entry('mine'))
  const other = { token: 'theirs', role: 'operator', scopes: [], updatedAtMs: 1 }
  vi.resetModules()
  let reads = 0
  vi.doMock('node:fs/promises', async (original) => {
    const real = await original<typeof import('node:fs/promises')>()
    const stat = async (...args: Parameters<typeof real.stat>) => {
      reads += 1
      // Right before our own write, as another process would.
      if (reads === 1) {
        const file = await json(path)
        const tokens = { ...(file['tokens'] as object), operator: other }
        await real.writeFile(path, JSON.stringify({ ...file, tokens }))
      }
      return await real.stat(...args)
    }
    return { ...real, stat }
  })
  afterwards(async () => {
    vi.doUnmock('node:fs/promises')
    vi.resetModules()
  })
  const { fileTokenCache: cache } = await import('../src/client.ts')
  await cache(path, 'd').save(key, entry('newer'))
  expect(reads).toBe(2)
  expect(await json(path)).toMatchObject({
    tokens: { node: { token: 'newer' }, operator: other },
  })
})

it('keeps in a file what it would keep in memory, whatever is saved and dropped', async () => {
  const keys = ['wss://one', 'wss://two', 'wss://three'].flatMap((each) =>
    ['node', 'operator'].map((role) => ({ gateway: each, role })),
  )
  const step = fc.record({
    does: fc.constantFrom('save', 'save', 'drop'),
    key: fc.constantFrom(...keys),
    token: fc.constantFrom('a', 'b'),
  })
  const rule = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
    const [file, memory] = [
      fileTokenCache(join(await aFolder(), 'x.json'), 'd'),
      memoryTokenCache(),
    ]
    for (const { does, key: at, token } of steps) {
      const change = (cache: typeof file) =>
        does === 'save' ? cache.save(at, { ...entry(token), scopes: [] }) : cache.drop(at, token)
      await Promise.all([change(file), change(memory)])
    }
    for (const at of keys) expect(await file.load(at)).toEqual(await memory.load(at))
  })
  await fc.assert(rule, { numRuns: 30 })
})

it('keeps 64 tokens, the newest', async () => {
  const path = join(await aFolder(), 'device-auth.json')
  const cache = fileTokenCache(path, 'd')
  const at = (n: number) => ({ gateway: `wss://g${String(n)}`, role: 'node' })
  for (let n = 0; n < 66; n += 1) await cache.save(at(n), entry(`t${String(n)}`, n + 1))
  expect(Object.keys((await json(path))['tokens'] as object)).toHaveLength(64)
  expect(await cache.load(at(0))).toBeUndefined()
  expect((await cache.load(at(65)))?.token).toBe('t65')
})

it.each([
  ['', 'ERR_TOKEN_CACHE_UNREADABLE'],
  ['{"version":1,"deviceId":"d","tok', 'ERR_TOKEN_CACHE_UNREADABLE'],
  [
    '{"version":1,"deviceId":"d","tokens":{"node":{"token":"secret-token-1"}}}',
    'ERR_TOKEN_CACHE_UNREADABLE',
  ],
  ['{"version":1,"deviceId":"other","tokens":{}}', 'ERR_TOKEN_CACHE_OF_OTHER'],
])('leaves a file of tokens as it is that holds %j', async (text, code) => {
  const path = join(await aFolder(), 'device-auth.json')
  await writeFile(path, text)
  const cache = fileTokenCache(path, 'd')
  const works = [cache.load(key), cache.save(key, entry('x')), cache.drop(key, 'x')]
  for (const error of await Promise.all(works.map(rejection))) {
    expect(error).toMatchObject({ code, path })
    expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain('secret-token-1')
  }
  expect(await readFile(path, 'utf8')).toBe(text)
})
