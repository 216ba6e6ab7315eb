import type { Config } from '@openclaw/pairing-config'
import type { ChannelLog, EpochMs } from '@openclaw/pairing-contracts'
import type { Claim } from '../claim.ts'
import { sparingly } from '../log/once.ts'
import { logAge, logCertificate } from './certificate.ts'
import { keepCertificateFresh } from './keep-fresh.ts'

/** What {@link serveCertificate} works with. */
export interface ServeCertificateComponents {
  readonly config: Config
  readonly claim: Claim
  readonly log: ChannelLog
}

const now = (): EpochMs => Date.now() as EpochMs

/** Says what the port shows, who could not speak with it, and takes renewed files; nothing of it without TLS. */
export function serveCertificate({ config, claim, log }: ServeCertificateComponents): {
  readonly stop: () => void
} {
  const { tls } = config.gateway
  if (tls === undefined || claim.tls === undefined) return { stop: () => {} }
  const { found, current, renew } = claim.tls
  logCertificate(log, tls, found)
  logAge(log, { tls, certificate: found.certificate, now: now() })
  const complain = sparingly(log, () => performance.now())
  claim.listener.onHandshakeFailed((code, address = 'unknown') => {
    const plain = code === 'ERR_SSL_HTTP_REQUEST' && {
      note: 'it spoke http; this port speaks https',
    }
    complain('info', 'tls-handshake-failed', { code, address, ...plain })
  })
  return keepCertificateFresh({ tls, current, renew, log, now })
}
