import { type ClientRequest, request as open } from 'node:http'
import { connect, type TLSSocket } from 'node:tls'
import { parseFingerprint } from '@openclaw/pairing-contracts'
import type { RunningGateway } from '../people/gateway-runs.ts'
import { type Readiness, reportedIn } from './reported.ts'

/** How long the gateway of this machine may take, in ms. */
const ANSWER_MS = 5_000

/** Bytes of its answer: far more than a hundred accounts of each channel take. */
const MAX_BYTES = 8 * 1024 * 1024

/**
 * How the gateway that runs here and its accounts are doing, as it says. It is asked with the secret that it leaves for whoever
 * can read the state directory; where it speaks TLS, that certificate alone is spoken to.
 *
 * @returns `undefined` where it does not answer, or not like one of ours
 */
export async function askReadiness(gateway: RunningGateway): Promise<Readiness | undefined> {
  const { port, secret, tlsFingerprint } = gateway
  if (port === undefined || secret === undefined) return undefined
  const host = hostOf(gateway)
  let socket: TLSSocket | undefined
  try {
    if (tlsFingerprint !== undefined) socket = await pinned({ host, port }, tlsFingerprint)
    const through = socket
    const asked = open({
      ...{ host, port, path: '/readyz' },
      headers: { authorization: `Bearer ${secret}`, host: `localhost:${String(port)}` },
      // An agent, none of its own included, would dial for itself.
      ...(through ? { createConnection: () => through } : { agent: false }),
    })
    return reportedIn(await answerTo(asked))
  } catch {
    return undefined
  } finally {
    socket?.destroy()
  }
}

/** One that listens everywhere is reached on this machine. */
function hostOf({ host = '127.0.0.1' }: RunningGateway): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
}

/** Nothing is said before the certificate was compared. */
function pinned(
  { host, port }: { readonly host: string; readonly port: number },
  fingerprint: string,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // The pin takes the place of the authorities.
    const socket = connect({ host, port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
    const fail = (error: Error): void => {
      socket.destroy()
      reject(error)
    }
    socket.setTimeout(ANSWER_MS, () => fail(new Error('too slow')))
    socket.once('error', fail)
    socket.once('secureConnect', () => {
      const shown = parseFingerprint(socket.getPeerCertificate().fingerprint256 ?? '')
      if (shown === fingerprint) resolve(socket)
      else fail(new Error('another certificate'))
    })
  })
}

function answerTo(asked: ClientRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => asked.destroy(new Error('too slow')), ANSWER_MS)
    asked.once('error', reject)
    asked.once('close', () => clearTimeout(late))
    asked.once('response', (response) => {
      const parts: Buffer[] = []
      let bytes = 0
      response.on('data', (part: Buffer) => {
        bytes += part.length
        if (bytes > MAX_BYTES) asked.destroy(new Error('too long'))
        else parts.push(part)
      })
      response.once('error', reject)
      response.once('end', () => resolve(Buffer.concat(parts).toString()))
    })
    asked.end()
  })
}
