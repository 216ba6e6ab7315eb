import type { GatewayTls } from '@openclaw/pairing-config'
import {
  type Certificate,
  certificateNotice,
  nodeFiles,
  readCertificate,
} from '@openclaw/pairing-config/node'
import type { ChannelLog, EpochMs } from '@openclaw/pairing-contracts'
import { CertificateUnusable } from '../errors.ts'
import type { DrawOptions } from './certify.ts'
import { drawCertificate } from './draw.ts'

/** A certificate, and where it came from. */
export interface FoundCertificate {
  readonly certificate: Certificate
  /** `completed`: made for a key that lay there without one. */
  readonly came: 'found' | 'made' | 'completed' | 'renewed'
}

/**
 * The certificate of this gateway; where it may be made and is not there, it is.
 *
 * @throws {@link CertificateUnusable}, or `StateDirUnusable` when it cannot be kept
 */
export async function gatewayCertificate(
  tls: GatewayTls,
  options: DrawOptions,
): Promise<FoundCertificate> {
  const found = readCertificate(tls, nodeFiles())
  if (found.kind === 'usable') return { certificate: found.certificate, came: 'found' }
  if (tls.origin === 'own' || found.missing === 'none') throw new CertificateUnusable(found)
  await drawCertificate(tls, options)
  const made = readCertificate(tls, nodeFiles())
  if (made.kind === 'unusable') throw new CertificateUnusable(made)
  const came = found.missing === 'both' ? 'made' : 'completed'
  return { certificate: made.certificate, came }
}

/** Says what is shown to clients from now on. */
export function logCertificate(
  log: ChannelLog,
  tls: GatewayTls,
  { certificate, came }: FoundCertificate,
): void {
  const { fingerprint, validTo } = certificate
  const about = { fingerprint, file: tls.certPath, until: new Date(validTo).toISOString() }
  if (came === 'completed') {
    const note = 'the key lay there alone; whoever pinned an older fingerprint needs this one'
    log('warn', 'certificate-completed', { ...about, note })
  } else log('info', `certificate-${came}`, about)
}

/** Says it where a certificate ends soon or has ended; it is served all the same. */
export function logAge(
  log: ChannelLog,
  { tls, certificate, now }: { tls: GatewayTls; certificate: Certificate; now: EpochMs },
): void {
  const notice = certificateNotice(tls, certificate, now)
  if (notice === undefined) return
  const problem = `the certificate ${notice.problem}`
  log('warn', `certificate-${notice.state}`, { file: tls.certPath, problem, fix: notice.fix })
}
