import type { EpochMs } from '@openclaw/pairing-contracts'
import { CERTIFICATE_SOON_MS } from '../limits.ts'
import type { GatewayTls } from '../types.ts'
import type { Certificate } from './certificate.ts'

/** What somebody should know of a certificate that is served all the same. */
export interface CertificateNotice {
  readonly state: 'expired' | 'expires-soon' | 'not-yet-valid'
  /** After "the certificate": `expired on 2026-11-23`. */
  readonly problem: string
  readonly fix: string
}

/** What is to be said of a certificate's age; `undefined`: nothing. */
export function certificateNotice(
  tls: GatewayTls,
  { validFrom, validTo }: Pick<Certificate, 'validFrom' | 'validTo'>,
  now: EpochMs,
): CertificateNotice | undefined {
  if (now < validFrom) {
    const problem = `is valid only from ${dayOf(validFrom)} on`
    return {
      state: 'not-yet-valid',
      problem,
      fix: 'See whether the clock of this machine is right.',
    }
  }
  const fix = renewalOf(tls)
  if (now >= validTo) {
    return { state: 'expired', problem: `expired on ${dayOf(validTo)}`, fix }
  }
  if (validTo - now > CERTIFICATE_SOON_MS) return undefined
  return { state: 'expires-soon', problem: `expires on ${dayOf(validTo)}`, fix }
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** Making another one unasked would lock out every client that pinned this one. */
function renewalOf({ origin, certPath, keyPath }: GatewayTls): string {
  return origin === 'own'
    ? `Renew it in ${certPath} and ${keyPath}; a running gateway takes it by itself.`
    : `Stop the gateway, rm ${certPath} ${keyPath}, and start it again: another one is made. Clients that pinned the fingerprint need the new one.`
}
