import { X509Certificate } from 'node:crypto'
import { readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { createServer as createPlain, type Server } from 'node:net'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { describe, expect, it } from 'vitest'
import {
  type ClientStatus,
  createIdentity,
  joinNode,
  placeFile,
  placeOfSetup,
  systemPorts,
} from '../src/client.ts'
import { encodeSetupCode, wireError } from '../src/index.ts'
import { gateway, recordedError } from './client/gateway.ts'
import {
  aFolder,
  afterwards,
  aGateway,
  closing,
  eventually,
  fast,
  rejection,
} from './client/surroundings.ts'

const SECRET = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA'
const codeFor = (url: string, more: object = {}) =>
  encodeSetupCode({ url, bootstrapToken: SECRET, ...more })

/** A port where nobody listens. */
async function nobody(): Promise<string> {
  const { url, close } = await gateway()
  await close()
  return url
}

/** A host that takes connections and says nothing. */
async function silent(): Promise<string> {
  const server: Server = createPlain((socket) => socket.on('error', () => {}).resume())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterwards(async () => server.close())
  return `ws://127.0.0.1:${String((server.address() as { port: number }).port)}`
}

function told(): { onStatus: (status: ClientStatus) => void; all: ClientStatus[] } {
  const all: ClientStatus[] = []
  return { all, onStatus: (status) => void all.push(status) }
}

describe('a node that joins with a setup code', () => {
  it('asks with its secret, and is connected within a second after the owner said yes', async () => {
    const { url, peer } = await aGateway()
    const identity = createIdentity()
    const node = closing(joinNode(codeFor(url), { identity, commands: {} }))
    for (let asked = 0; asked < 3; asked += 1) {
      const each = await peer()
      const { id, params } = await each.connect()
      expect(params.auth).toEqual({ bootstrapToken: SECRET })
      expect([params.role, params.scopes]).toEqual(['node', []])
      each.refuse(id, recordedError('03-node-connect-unpaired'))
      each.socket.close(1008)
    }
    const approvedAt = performance.now()
    await (await peer()).admit()
    await node.ready()
    expect(performance.now() - approvedAt).toBeLessThan(5_000)
    expect(node.status()).toMatchObject({ state: 'ready', url })
  })

  it('forgets the secret once it is paired: its key is the credential', async () => {
    const { url, peer } = await aGateway()
    const nothing = async () => undefined
    const tokens = { load: nothing, save: nothing, drop: nothing }
    const identity = createIdentity()
    const node = closing(joinNode(codeFor(url), { identity, commands: {}, tokens }))
    const first = await peer()
    await first.admit()
    await node.ready()
    first.socket.close(1012)
    expect((await (await peer()).connect()).params.auth).toBeUndefined()
  })

  it('shows the secret of a code of 2026.2 where that gateway looks for it', async () => {
    const { url, peer } = await aGateway()
    const code = Buffer.from(JSON.stringify({ url, token: 'old' })).toString('base64url')
    closing(joinNode(code, { identity: createIdentity(), commands: {} }))
    expect((await (await peer()).connect()).params.auth).toEqual({ token: 'old' })
  })

  it.each(['setup-code-expired', 'setup-code-used', 'setup-code-withdrawn'])(
    'stops when the gateway says %s, and tells it',
    async (reason) => {
      const { url, peer, count } = await aGateway()
      const node = joinNode(codeFor(url), { identity: createIdentity(), commands: {} }, fast())
      const first = await peer()
      const error = wireError('AUTH_BOOTSTRAP_TOKEN_INVALID', { details: { reason } })
      first.refuse((await first.connect()).id, error)
      expect(await node.stopped).toMatchObject({ code: 'ERR_GATEWAY_REFUSED', reason })
      expect(count()).toBe(1)
    },
  )

  it.each([
    ['', 'empty'],
    [codeFor('ws://127.0.0.1').slice(0, -5), 'cut-off'],
    ['ABCD2345', 'not-a-setup-code'],
  ])('does not begin with %j', (code, fault) => {
    expect(() => joinNode(code, { identity: createIdentity(), commands: {} })).toThrow(
      expect.objectContaining({ code: 'ERR_SETUP_CODE', fault, hint: expect.any(String) }),
    )
  })
})

describe('several addresses', () => {
  it('are tried in order, without a pause, and the one that answers is kept', async () => {
    const { url, peer } = await aGateway()
    const urls = [await nobody(), await nobody(), url]
    const { all, onStatus } = told()
    const code = codeFor(urls[0] ?? '', { urls })
    const node = closing(joinNode(code, { identity: createIdentity(), commands: {}, onStatus }))
    const first = await peer()
    await first.admit()
    await node.ready()
    const waits = all.flatMap((each) =>
      each.state === 'waiting' ? [[each.url, each.delayMs]] : [],
    )
    expect(waits).toEqual([
      [urls[0], 0],
      [urls[1], 0],
    ])
    first.socket.close(1012)
    await (await peer()).admit()
    await eventually(() => node.status()).toMatchObject({ state: 'ready', url })
  })

  it('are tried again and again, with longer and longer waits between the rounds', async () => {
    const urls = [await nobody(), await nobody()]
    const { all, onStatus } = told()
    const code = codeFor(urls[0] ?? '', { urls })
    const options = { identity: createIdentity(), commands: {}, onStatus }
    const node = joinNode(code, options, fast())
    const waits = () => all.flatMap((each) => (each.state === 'waiting' ? [each.delayMs] : []))
    await eventually(() => waits().length).toBeGreaterThanOrEqual(6)
    await node.close()
    expect(waits().slice(0, 6)).toEqual([0, 1_000, 0, 2_000, 0, 4_000])
  })

  it('do not hold each other up where one never answers', async () => {
    const { url, peer } = await aGateway()
    const mute = await silent()
    const code = codeFor(mute, { urls: [url] })
    const { all, onStatus } = told()
    closing(joinNode(code, { identity: createIdentity(), commands: {}, onStatus }, fast()))
    await (await peer()).admit()
    expect(all.find(({ state }) => state === 'waiting')).toMatchObject({
      url: mute,
      problem: { code: 'ERR_CONNECT_TIMEOUT', phase: 'dial' },
    })
  })

  it('are those of one gateway: a refusal ends the search', async () => {
    const [one, other] = [await aGateway(), await aGateway()]
    const code = codeFor(one.url, { urls: [other.url] })
    const node = joinNode(code, { identity: createIdentity(), commands: {} })
    const first = await one.peer()
    first.refuse((await first.connect()).id, wireError('AUTH_BOOTSTRAP_TOKEN_INVALID'))
    await node.stopped
    expect(other.count()).toBe(0)
  })

  it('are at most 8 besides the first', () => {
    const urls = Array.from({ length: 9 }, (_, at) => `ws://127.0.0.1:${String(at + 1)}`)
    const place = placeOfSetup({ url: 'ws://127.0.0.1:99', urls, bootstrapToken: SECRET })
    expect(place.urls).toEqual(urls.slice(0, 8))
    const code = codeFor('ws://127.0.0.1:99', { urls })
    const options = { identity: createIdentity(), commands: {}, signal: AbortSignal.abort() }
    expect(() => joinNode(code, options)).not.toThrow()
  })
})

describe('a gateway with its own certificate', () => {
  it('is known by the fingerprint in the code, and no other gets the secret', async () => {
    const made = await generate([{ name: 'commonName', value: 'openclaw-gateway' }])
    const { cert, private: key } = made
    const real = new X509Certificate(cert).fingerprint256
    const wrong = real.replace(/^../, (two) => (two === '00' ? '11' : '00'))
    const { url, peer, count, close } = await gateway(createServer({ cert, key }))
    afterwards(close)
    const { all, onStatus } = told()
    const options = { identity: createIdentity(), commands: {}, onStatus }
    const other = joinNode(codeFor(url, { tlsFingerprint: wrong }), options, fast())
    await eventually(() => all.find(({ state }) => state === 'waiting')).toMatchObject({
      problem: { code: 'ERR_TLS_FINGERPRINT' },
    })
    await other.close()
    expect(count()).toBe(0)
    const node = closing(joinNode(codeFor(url, { tlsFingerprint: real }), options, systemPorts))
    await (await peer()).admit()
    await node.ready()
  })
})

describe('where a setup code leads', () => {
  const of = (url: string, more: object = {}) =>
    placeOfSetup({ url, bootstrapToken: SECRET, ...more })

  it('leaves out what would send the secret in clear over the open network', () => {
    const urls = ['ws://gateway.example', 'wss://gateway.example/', 'ws://192.168.1.5:18789']
    expect(of('ws://203.0.113.9', { urls, tlsFingerprint: 'ab'.repeat(32) })).toEqual({
      url: 'wss://gateway.example',
      urls: ['ws://192.168.1.5:18789'],
      tlsFingerprint: 'ab'.repeat(32),
    })
  })

  it('is nowhere when there is nothing else', () => {
    const refused = { code: 'ERR_GATEWAY_URL', fault: 'plain-text' }
    expect(() => of('ws://gateway.example')).toThrow(expect.objectContaining(refused))
  })

  it('pins nothing where nothing has a certificate', () => {
    const place = of('ws://127.0.0.1:1', { tlsFingerprint: 'ab'.repeat(32) })
    expect(place).toEqual({ url: 'ws://127.0.0.1:1' })
  })
})

describe('the file of the place', () => {
  const place = {
    url: 'wss://a.example',
    urls: ['ws://127.0.0.1:1'],
    displayName: 'kitchen',
    credential: 'key' as const,
  }

  it('keeps it for its owner alone, and nothing that came along', async () => {
    const path = join(await aFolder(), 'node/gateway.json')
    expect(await placeFile(path).load()).toBeUndefined()
    await placeFile(path).save({ ...place, bootstrapToken: SECRET } as never)
    expect(await placeFile(path).load()).toEqual(place)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(path, 'utf8')).not.toContain(SECRET)
  })

  it.each(['', '{', '[]', '{"version":2,"url":"x"}', '{"version":1,"url":7}'])(
    'is not taken for empty when it holds %j',
    async (text) => {
      const path = join(await aFolder(), 'gateway.json')
      await writeFile(path, text)
      const problem = await rejection(placeFile(path).load())
      expect(problem).toMatchObject({ code: 'ERR_PLACE_UNREADABLE', path })
      expect(await readFile(path, 'utf8')).toBe(text)
    },
  )

  it('is no link, and what cannot be written is told', async () => {
    const folder = await aFolder()
    await symlink('/etc/hostname', join(folder, 'gateway.json'))
    const problem = await rejection(placeFile(join(folder, 'gateway.json')).load())
    expect(problem).toMatchObject({ code: 'ERR_PLACE_UNREADABLE' })
    await writeFile(join(folder, 'file'), '')
    const lost = await rejection(placeFile(join(folder, 'file/gateway.json')).save(place))
    expect(lost).toMatchObject({ code: 'ERR_CLIENT_FILE_NOT_WRITTEN' })
  })
})
