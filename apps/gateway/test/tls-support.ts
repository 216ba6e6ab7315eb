import { createHash, X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'
import { onTestFinished } from 'vitest'
import type { Place } from './support.ts'

const DAY_MS = 24 * 3_600_000

/** A certificate for 127.0.0.1 and its key, valid from a day ago for so many days from now. */
export async function pair({ days = 90 } = {}) {
  const made = await generate([{ name: 'commonName', value: 'bot.example' }], {
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 400 * DAY_MS),
    notAfterDate: new Date(Date.now() + days * DAY_MS),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  })
  return { cert: made.cert, key: made.private, fingerprint: fingerprintOf(made.cert) }
}

/** A certificate that another one signed, and that one. */
export async function signedPair() {
  const ca = await generate([{ name: 'commonName', value: 'authority.example' }], {
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  })
  const made = await generate([{ name: 'commonName', value: 'bot.example' }], {
    algorithm: 'sha256',
    ca: { cert: ca.cert, key: ca.private },
  })
  return { cert: made.cert, key: made.private, ca: ca.cert }
}

/** As everybody else counts it: SHA-256 over the DER. */
export function fingerprintOf(pem: string): string {
  return createHash('sha256').update(new X509Certificate(pem).raw).digest('hex')
}

/** Where the gateway keeps what it makes. */
export function madeFiles({ stateDir }: Place) {
  const folder = join(stateDir, 'gateway', 'tls')
  return {
    folder,
    certPath: join(folder, 'gateway-cert.pem'),
    keyPath: join(folder, 'gateway-key.pem'),
  }
}

/** The files of the operator beside the state, and the configuration that names them. */
export function ownFiles({ home, configure }: Place) {
  const [certPath, keyPath] = [join(home, 'cert.pem'), join(home, 'key.pem')]
  configure({ gateway: { tls: { enabled: true, certPath, keyPath } } })
  return {
    certPath,
    keyPath,
    write: ({ cert, key }: { readonly cert?: string; readonly key?: string }): void => {
      mkdirSync(home, { recursive: true })
      if (cert !== undefined) writeFileSync(certPath, cert, { mode: 0o600 })
      if (key !== undefined) writeFileSync(keyPath, key, { mode: 0o600 })
    },
  }
}

export const runtimeOf = ({ stateDir }: Place): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(join(stateDir, 'gateway.runtime.json'), 'utf8'))

/** A request that trusts `ca` and nothing else. */
export function ask(
  url: string,
  { ca, body, headers = {} }: { ca: string; body?: unknown; headers?: Record<string, string> },
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST'
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const options = { ca, method, headers: { ...type, ...headers }, agent: false as const }
    const asked = request(url, options, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => {
        text += part.toString()
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
    })
    asked.on('error', reject)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** A TLS connection to the port; resolves when the handshake is done, rejects with what it failed for. */
export function secured(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const to = { port, host: '127.0.0.1', rejectUnauthorized: false, ...options }
    const socket = connectTls(to, () => resolve(socket))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('closed')))
    onTestFinished(() => void socket.destroy())
  })
}

/** The fingerprint that the port shows now. */
export async function shownAt(port: number): Promise<string> {
  const socket = await secured(port)
  const { raw } = socket.getPeerCertificate()
  socket.destroy()
  return createHash('sha256').update(raw).digest('hex')
}

/** A plain connection that says `text`; resolves with what came when it is closed, and how long that took. */
export function plain(port: number, text = ''): Promise<{ answer: string; ms: number }> {
  return new Promise((resolve) => {
    const begun = performance.now()
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (part) => {
      answer += part.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve({ answer, ms: performance.now() - begun }))
    onTestFinished(() => void socket.destroy())
  })
}
