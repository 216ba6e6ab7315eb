import { createPublicKey, X509Certificate } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { askLocalGateway, type ClientStatus } from '@openclaw/pairing-protocol/client'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { banner } from '../src/banner.ts'
import { startGateway } from '../src/index.ts'
import { drawCertificate } from '../src/tls/draw.ts'
import { node, pairedNode, tokenOf, wsOf } from './devices-support.ts'
import { type Place, place, start, until } from './support.ts'
import {
  ask,
  fingerprintOf,
  madeFiles,
  ownFiles,
  pair,
  plain,
  runtimeOf,
  secured,
  shownAt,
  signedPair,
} from './tls-support.ts'

const ON = { gateway: { tls: { enabled: true } } }
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
const eventsOf = (lines: readonly Readonly<Record<string, unknown>>[]) =>
  lines.map(({ event }) => event)

describe('a certificate that the gateway makes', () => {
  it('is made once, for its owner only, and shown wherever it is needed', async () => {
    const here = place(ON)
    const { certPath, keyPath, folder } = madeFiles(here)
    const gateway = await start(here)
    const { url, port, lines } = gateway
    const cert = readFileSync(certPath, 'utf8')
    const fingerprint = fingerprintOf(cert)
    expect(url).toBe(`https://127.0.0.1:${String(port)}`)
    expect([modeOf(certPath), modeOf(keyPath), modeOf(folder)]).toEqual(['600', '600', '700'])
    expect(readdirSync(folder).sort()).toEqual(['gateway-cert.pem', 'gateway-key.pem'])
    expect(await shownAt(port)).toBe(fingerprint)
    expect(gateway.tlsFingerprint()).toBe(fingerprint)
    expect(runtimeOf(here)).toMatchObject({ tlsFingerprint: fingerprint })
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'started', url, tlsFingerprint: fingerprint }),
    )
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'certificate-made', fingerprint, file: certPath }),
    )
    const shown = banner(gateway, (await gateway.readiness()).channels, here.env)
    expect(shown).toContain(`SHA-256 fingerprint ${fingerprint}`)
    expect(shown).toContain('openclaw devices list\n')
    const typed = (host: string) =>
      `  openclaw node run --host ${host} --port ${String(port)} --tls --tls-fingerprint ${fingerprint}\n`
    expect(shown).toContain(typed('127.0.0.1'))
    const config = gateway.pairing.config()
    const everywhere = { ...config, gateway: { ...config.gateway, host: '0.0.0.0' } }
    const pairing = { ...gateway.pairing, config: () => everywhere }
    expect(banner({ ...gateway, pairing }, [], here.env)).toContain(typed('<host>'))
    expect(shown).toContain(`${url}/chat`)
    expect(shown).toContain(`wss://127.0.0.1:${String(port)} with`)
    expect(await ask(`${url}/healthz`, { ca: cert })).toMatchObject({ status: 200 })
    await gateway.stop()
    const again = await start(here)
    expect(again.tlsFingerprint()).toBe(fingerprint)
    expect(eventsOf(again.lines)).toContain('certificate-found')
  })

  it('is what OpenClaw makes, under the names by which the gateway is reached', async () => {
    const here = place()
    const files = madeFiles(here)
    await drawCertificate(files, { host: '10.1.2.3', now: Date.now() })
    const made = new X509Certificate(readFileSync(files.certPath))
    expect(made.subject).toBe('CN=openclaw-gateway')
    expect(made.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 })
    for (const name of ['localhost', 'openclaw-gateway']) expect(made.checkHost(name)).toBe(name)
    for (const ip of ['127.0.0.1', '::1', '10.1.2.3']) expect(made.checkIP(ip)).toBe(ip)
    expect(made.ca).toBe(false)
    const days = (Date.parse(made.validTo) - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(3650)
  })

  it('fits its key, however many make it at once', async () => {
    const files = madeFiles(place())
    const options = { host: '127.0.0.1', now: Date.now() }
    await Promise.all(Array.from({ length: 4 }, () => drawCertificate(files, options)))
    expect(readdirSync(files.folder)).toHaveLength(2)
    const key = readFileSync(files.keyPath, 'utf8')
    const made = new X509Certificate(readFileSync(files.certPath))
    const exported = (of: ReturnType<typeof createPublicKey>) =>
      String(of.export({ type: 'spki', format: 'pem' }))
    expect(exported(made.publicKey)).toBe(exported(createPublicKey(key)))
  })

  it('is completed where a crash left the key alone, and that is said', async () => {
    const here = place(ON)
    const { certPath, keyPath } = madeFiles(here)
    const { stop } = await start(here)
    await stop()
    const key = readFileSync(keyPath, 'utf8')
    rmSync(certPath)
    const { port, lines } = await start(here)
    expect(readFileSync(keyPath, 'utf8')).toBe(key)
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'certificate-completed', level: 'warn' }),
    )
    expect(await shownAt(port)).toBe(fingerprintOf(readFileSync(certPath, 'utf8')))
  })

  it('is not replaced where the key is gone, or one half is another’s', async () => {
    const here = place(ON)
    const { certPath, keyPath } = madeFiles(here)
    const { stop } = await start(here)
    await stop()
    const cert = readFileSync(certPath, 'utf8')
    rmSync(keyPath)
    await expect(startGateway({ env: here.env, port: 0 })).rejects.toMatchObject({
      code: 'ERR_GATEWAY_CERTIFICATE',
      file: keyPath,
      hint: expect.stringContaining(`rm -f ${certPath} ${keyPath}`),
    })
    expect(existsSync(keyPath)).toBe(false)
    writeFileSync(keyPath, (await pair()).key)
    await expect(startGateway({ env: here.env, port: 0 })).rejects.toMatchObject({
      code: 'ERR_GATEWAY_CERTIFICATE',
    })
    expect(readFileSync(certPath, 'utf8')).toBe(cert)
  })

  it('is not made where that is forbidden', async () => {
    const here = place({ gateway: { tls: { enabled: true, autoGenerate: false } } })
    await expect(startGateway({ env: here.env, port: 0 })).rejects.toMatchObject({
      code: 'ERR_GATEWAY_CERTIFICATE',
      file: madeFiles(here).keyPath,
    })
    expect(readdirSync(here.stateDir)).toEqual(['openclaw.json'])
  })
})

describe('a certificate of the operator', () => {
  it('is served as it is', async () => {
    const here = place()
    const made = await pair()
    ownFiles(here).write(made)
    const { url, tlsFingerprint, raw } = await start(here)
    expect(tlsFingerprint()).toBe(made.fingerprint)
    const answer = await ask(`${url}/healthz`, { ca: made.cert })
    expect(JSON.parse(answer.body)).toEqual({ ok: true, product: 'openclaw-pairing' })
    expect(raw.join('')).not.toContain('PRIVATE')
  })

  it.each([
    ['the key of another', async () => ({ ...(await pair()), key: (await pair()).key }), 'key'],
    ['no certificate', async () => ({ key: (await pair()).key }), 'cert'],
    ['no key', async () => ({ cert: (await pair()).cert }), 'key'],
    ['nothing', async () => ({}), 'key'],
    ['a certificate that is none', async () => ({ ...(await pair()), cert: 'x' }), 'cert'],
    ['a key that is none', async () => ({ ...(await pair()), key: '' }), 'key'],
  ])('that is %s keeps the gateway from starting, and names the file', async (_, make, file) => {
    const here = place()
    const files = ownFiles(here)
    files.write(await make())
    await expect(startGateway({ env: here.env, port: 0 })).rejects.toMatchObject({
      code: 'ERR_GATEWAY_CERTIFICATE',
      file: file === 'key' ? files.keyPath : files.certPath,
      hint: expect.stringContaining(files.keyPath),
    })
    expect(readdirSync(here.stateDir)).toEqual(['openclaw.json'])
  })

  it('that cannot be read keeps the gateway from starting', async () => {
    const here = place()
    const files = ownFiles(here)
    files.write({ cert: (await pair()).cert })
    mkdirSync(files.keyPath)
    await expect(startGateway({ env: here.env, port: 0 })).rejects.toMatchObject({
      code: 'ERR_GATEWAY_CERTIFICATE',
      file: files.keyPath,
      message: expect.stringContaining('cannot be read'),
    })
  })

  it.each([
    [-2, 'certificate-expired'],
    [5, 'certificate-expires-soon'],
  ])('that ends in %s days is served, and that is said', async (days, event) => {
    const here = place()
    const made = await pair({ days })
    const files = ownFiles(here)
    files.write(made)
    const { port, lines } = await start(here)
    expect(await shownAt(port)).toBe(made.fingerprint)
    expect(lines).toContainEqual(
      expect.objectContaining({ event, level: 'warn', file: files.certPath }),
    )
  })

  it('is sent with those of caPath', async () => {
    const here = place()
    const { certPath, keyPath, write } = ownFiles(here)
    const made = await signedPair()
    write(made)
    const caPath = join(here.home, 'ca.pem')
    writeFileSync(caPath, made.ca)
    here.configure({ gateway: { tls: { enabled: true, certPath, keyPath, caPath } } })
    const { port } = await start(here)
    const { raw, issuerCertificate } = (await secured(port)).getPeerCertificate(true)
    expect(raw.equals(new X509Certificate(made.cert).raw)).toBe(true)
    expect(issuerCertificate?.raw.equals(new X509Certificate(made.ca).raw)).toBe(true)
  })

  it('that is renewed is shown without a restart; one that does not fit is not', async () => {
    const here = place()
    const [first, second, third] = [await pair(), await pair(), await pair()]
    const files = ownFiles(here)
    files.write(first)
    const { port, url, lines, tlsFingerprint } = await start(here)
    files.write({ cert: third.cert })
    await until(() => eventsOf(lines).includes('certificate-not-taken'))
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(await shownAt(port)).toBe(first.fingerprint)
    files.write(second)
    await until(() => eventsOf(lines).includes('certificate-renewed'))
    expect(await shownAt(port)).toBe(second.fingerprint)
    expect(tlsFingerprint()).toBe(second.fingerprint)
    expect(runtimeOf(here)).toMatchObject({ tlsFingerprint: second.fingerprint })
    expect(await ask(`${url}/healthz`, { ca: second.cert })).toMatchObject({ status: 200 })
    await expect(secured(port, { maxVersion: 'TLSv1.2' })).rejects.toThrow()
    const told = eventsOf(lines).filter((event) => String(event).startsWith('certificate-'))
    expect(told).toEqual(['certificate-found', 'certificate-not-taken', 'certificate-renewed'])
  })
})

describe('the port', () => {
  it('speaks TLS 1.3 and nothing older', async () => {
    const { port } = await start(place(ON))
    expect((await secured(port)).getProtocol()).toBe('TLSv1.3')
    await expect(secured(port, { maxVersion: 'TLSv1.2' })).rejects.toThrow()
  })

  it('closes who speaks in clear, and says so once', async () => {
    const { port, url, lines } = await start(place(ON))
    const request = 'GET / HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer x\r\n\r\n'
    const answers = await Promise.all(Array.from({ length: 50 }, () => plain(port, request)))
    for (const { answer, ms } of answers) {
      expect(answer).not.toContain('HTTP/1.1 2')
      expect(ms).toBeLessThan(9_000)
    }
    const told = lines.filter(({ event }) => event === 'tls-handshake-failed')
    expect(told).toMatchObject([{ address: '127.0.0.1', note: expect.stringContaining('https') }])
    expect(await shownAt(port)).toMatch(/^[0-9a-f]{64}$/)
    await expect(fetch(url.replace('https', 'http'))).rejects.toThrow()
  })

  it('is told to whoever wants it too', async () => {
    const { port } = await start(place(ON))
    await expect(startGateway({ env: place().env, port })).rejects.toMatchObject({
      code: 'ERR_GATEWAY_PORT_IN_USE',
      message: expect.stringContaining('another gateway of OpenClaw Pairing'),
    })
  })
})

/** A gateway with a certificate that it made. */
async function gatewayOf(here: Place) {
  const { url, tlsFingerprint } = await start(here)
  return {
    url,
    fingerprint: tlsFingerprint() ?? '',
    ca: readFileSync(madeFiles(here).certPath, 'utf8'),
  }
}

describe('over TLS', () => {
  it('a node that pins the certificate pairs, one that pins another sends nothing', async () => {
    const here = place(ON)
    const { url, fingerprint } = await gatewayOf(here)
    await pairedNode(here, url, `sha256:${fingerprint}`)
    const found: ClientStatus[] = []
    const token = tokenOf(here)
    const wrong = fingerprint.replace(/^../, (two) => (two === '00' ? '11' : '00'))
    const other = node({ url, token, tlsFingerprint: wrong, onStatus: (each) => found.push(each) })
    await until(() => found.some(({ state }) => state === 'waiting'))
    expect(found.find(({ state }) => state === 'waiting')).toMatchObject({
      problem: { code: 'ERR_TLS_FINGERPRINT', actual: fingerprint },
    })
    expect(other.asked).toEqual([])
  })

  it('a gateway that stops says so before it is gone', async () => {
    const gateway = await start(place(ON))
    const { url } = gateway
    const sockets = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const socket = new WebSocket(wsOf(url), { rejectUnauthorized: false })
        await new Promise((resolve) => socket.once('message', resolve))
        return socket
      }),
    )
    const codes = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    await gateway.stop()
    expect(await Promise.all(codes)).toEqual(sockets.map(() => 1012))
  })

  it('the web chat works, with a cookie for TLS alone', async () => {
    const { url, ca } = await gatewayOf(place(ON))
    const headers = { origin: url, 'sec-fetch-site': 'same-origin' }
    const session = await ask(`${url}/chat/session`, { ca, body: {}, headers })
    expect(session.status).toBe(200)
    const [cookie = ''] = session.headers['set-cookie'] as string[]
    expect(cookie).toMatch(/; Secure(;|$)/)
    const said = { id: '0b5d2e0a-7a1c-4a39-9f8f-1d2e3f405162', text: 'hello' }
    const own = { ...headers, cookie: cookie.split(';')[0] ?? '' }
    const answer = await ask(`${url}/chat/messages`, { ca, body: said, headers: own })
    expect(JSON.parse(answer.body)).toMatchObject({ code: expect.stringMatching(/^[A-Z2-9]{8}$/) })
    const evil = { origin: 'https://evil.example' }
    const page = await ask(`${url}/chat/session`, { ca, body: {}, headers: evil })
    expect(page.status).toBe(403)
    expect((await ask(`${url}/chat`, { ca })).body).toContain('<title>Chat</title>')
  })

  it('the owner of the state directory asks, and trusts the certificate that it names alone', async () => {
    const here = place(ON)
    const { url, fingerprint } = await gatewayOf(here)
    const { secret, tlsFingerprint } = runtimeOf(here) as Record<string, string>
    const health = { method: 'health', params: {} } as const
    const local = { url: wsOf(url), secret: secret ?? '' }
    const pinned = { ...local, fingerprint: tlsFingerprint ?? '' }
    expect(await askLocalGateway(pinned, health)).toMatchObject({ ok: true })
    const other = { ...local, fingerprint: fingerprint.replaceAll(/[0-7]/g, 'f') }
    await expect(askLocalGateway(other, health)).rejects.toMatchObject({
      code: 'ERR_TLS_FINGERPRINT',
    })
    await expect(askLocalGateway(local, health)).rejects.toMatchObject({
      code: 'ERR_GATEWAY_UNREACHABLE',
    })
    await expect(askLocalGateway({ ...local, fingerprint: 'x' }, health)).rejects.toMatchObject({
      code: 'ERR_CLIENT_OPTIONS',
    })
  })
})
