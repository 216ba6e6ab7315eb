import type { ClientRequestArgs } from 'node:http'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'
import { parseFingerprint } from '@openclaw/pairing-contracts'
import { FingerprintMismatch } from './errors.ts'

/** A way to dial that trusts one certificate, whoever signed it, and no other. */
export interface PinnedTls {
  /** For `http.request`: hands over a socket only after its certificate was compared, so nothing is sent before. */
  readonly createConnection: (
    options: ClientRequestArgs,
    handOver: (error: Error | null, socket: Duplex) => void,
  ) => undefined
  /** Ends a dialling that is under way. */
  readonly abandon: () => void
}

/** @param fingerprint - SHA-256 of the certificate, 64 hex digits in lower case */
export function pinnedTls(fingerprint: string): PinnedTls {
  let socket: TLSSocket | undefined
  return {
    createConnection: ({ host, port }, handOver) => {
      const name = host ?? ''
      const dialled = connect({
        host: name,
        port: Number(port),
        ...(isIP(name) === 0 ? { servername: name } : {}),
        ALPNProtocols: ['http/1.1'],
        // The pin takes the place of the authorities: it is compared below, before the socket is used.
        rejectUnauthorized: false,
      })
      socket = dialled
      const fail = (error: Error) => {
        dialled.destroy()
        handOver(error, dialled)
      }
      dialled.once('error', fail)
      dialled.once('secureConnect', () => {
        dialled.off('error', fail)
        const actual = parseFingerprint(dialled.getPeerCertificate().fingerprint256 ?? '')
        if (actual === fingerprint) handOver(null, dialled)
        else fail(new FingerprintMismatch(actual ?? 'none'))
      })
      return undefined
    },
    abandon: () => {
      socket?.destroy()
    },
  }
}
