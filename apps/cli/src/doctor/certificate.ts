import type { Config, GatewayTls } from '@openclaw/pairing-config'
import { certificateNotice, nodeFiles, readCertificate } from '@openclaw/pairing-config/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Finding } from './finding.ts'

/** What the gateway shows, or would show after its next start. */
export interface ShownCertificate {
  /** SHA-256, 64 hex digits in lower case. */
  readonly fingerprint: string
  readonly file: string
  readonly validTo: EpochMs
}

/** What was found about `gateway.tls`. */
export interface CertificateExam {
  /** `undefined` without TLS, and where there is none that can be shown. */
  readonly certificate: ShownCertificate | undefined
  readonly findings: readonly Finding[]
}

/** Looks whether the certificate of the gateway can be served, and for how long. */
export function examineCertificate({ gateway }: Config, now: number): CertificateExam {
  const { tls } = gateway
  if (tls === undefined) return { certificate: undefined, findings: [] }
  const found = readCertificate(tls, nodeFiles())
  if (found.kind === 'usable') {
    const { fingerprint, validTo } = found.certificate
    const certificate = { fingerprint, file: tls.certPath, validTo }
    return { certificate, findings: ageFindings(tls, found.certificate, now) }
  }
  // The next start makes what is missing.
  if (tls.origin === 'generated' && found.missing !== 'none')
    return { certificate: undefined, findings: [] }
  const { file, problem, fix } = found
  const consequence = 'the gateway does not start with it; one that runs shows what it had before'
  const finding: Finding = {
    id: 'ERR_GATEWAY_CERTIFICATE',
    severity: 'error',
    subject: file,
    problem: `gateway.tls is on, and this ${problem}`,
    consequence,
    fix,
  }
  return { certificate: undefined, findings: [finding] }
}

const CONSEQUENCES = {
  expired: 'clients that do not pin its fingerprint refuse it',
  'expires-soon': 'from then on, clients that do not pin its fingerprint refuse it',
  'not-yet-valid': 'until then, clients that do not pin its fingerprint refuse it',
} as const

function ageFindings(
  tls: GatewayTls,
  certificate: Parameters<typeof certificateNotice>[1],
  now: number,
): readonly Finding[] {
  const notice = certificateNotice(tls, certificate, now as EpochMs)
  if (notice === undefined) return []
  return [
    {
      id: `certificate-${notice.state}`,
      severity: 'warning',
      subject: tls.certPath,
      problem: `the certificate ${notice.problem}`,
      consequence: CONSEQUENCES[notice.state],
      fix: notice.fix,
    },
  ]
}
