import type { X509Certificate } from 'node:crypto'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { MAX_CERTIFICATE_BYTES } from '../limits.ts'
import type { ConfigFiles } from '../ports.ts'
import type { GatewayTls } from '../types.ts'

/** A certificate that can be served, and its key. */
export interface Certificate {
  /** PEM. */
  readonly cert: string
  /** PEM. A secret. */
  readonly key: string
  /** PEM, or nothing. */
  readonly ca: string | undefined
  /** SHA-256 of the certificate (DER), 64 hex digits in lower case: what clients pin. */
  readonly fingerprint: string
  /** `itself`: no authority vouches for it. */
  readonly signedBy: 'itself' | 'an-authority'
  readonly validFrom: EpochMs
  readonly validTo: EpochMs
}

/** What stands in the way of serving a certificate. */
export interface CertificateProblem {
  readonly kind: 'unusable'
  readonly file: string
  /** After the name of the file: `is not there`. */
  readonly problem: string
  readonly fix: string
  /** Files that are simply not there; what is there is in order. */
  readonly missing: 'both' | 'certificate' | 'none'
}

/** What the files of a certificate hold. */
export type CertificateReading =
  | { readonly kind: 'usable'; readonly certificate: Certificate }
  | CertificateProblem

/** Reads the files of `gateway.tls` and checks that they can be served together. Never throws; says nothing of their age. */
export function readCertificate(tls: GatewayTls, files: ConfigFiles): CertificateReading {
  const key = textOf(tls.keyPath, files)
  if ('problem' in key) return unusable(tls, key)
  const cert = textOf(tls.certPath, files)
  if ('problem' in cert) return unusable(tls, cert)
  const absent = absentOf(tls, { cert, key })
  if (absent !== undefined) return absent
  const ca = tls.caPath === undefined ? undefined : textOf(tls.caPath, files)
  if (ca !== undefined && 'problem' in ca) return unusable(tls, ca)
  if (ca !== undefined && ca.text === undefined) {
    return unusable(tls, { file: tls.caPath ?? '', problem: 'is not there' })
  }
  return checked(tls, { cert: cert.text ?? '', key: key.text ?? '', ca: ca?.text })
}

interface FileProblem {
  readonly file: string
  readonly problem: string
}

interface FileText {
  /** `undefined`: there is no file. */
  readonly text: string | undefined
}

function textOf(file: string, files: ConfigFiles): FileText | FileProblem {
  try {
    if (files.stat(file) === undefined) return { text: undefined }
    const bytes = files.read(file, MAX_CERTIFICATE_BYTES + 1)
    const isPem = bytes.length <= MAX_CERTIFICATE_BYTES
    return isPem
      ? { text: new TextDecoder().decode(bytes) }
      : { file, problem: 'is too large for a file in PEM' }
  } catch (error) {
    return { file, problem: `cannot be read (${codeOf(error)})` }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

interface PairTexts {
  readonly cert: FileText
  readonly key: FileText
}

/** A key alone is in order as far as it goes; a certificate alone is of no use to anybody. */
function absentOf(tls: GatewayTls, { cert, key }: PairTexts): CertificateProblem | undefined {
  if (key.text !== undefined && cert.text !== undefined) return undefined
  if (key.text === undefined) {
    const missing = cert.text === undefined ? 'both' : 'none'
    return unusable(tls, { file: tls.keyPath, problem: 'is not there', missing })
  }
  if (privateKeyOf(key.text) === undefined) return unusable(tls, noKey(tls))
  return unusable(tls, { file: tls.certPath, problem: 'is not there', missing: 'certificate' })
}

const noKey = ({ keyPath }: GatewayTls): FileProblem => ({
  file: keyPath,
  problem: 'holds no private key in PEM without a passphrase',
})

interface Texts {
  readonly cert: string
  readonly key: string
  readonly ca: string | undefined
}

function checked(tls: GatewayTls, texts: Texts): CertificateReading {
  const certificate = certificateOf(texts.cert)
  if (certificate === undefined) {
    return unusable(tls, { file: tls.certPath, problem: 'holds no certificate in PEM' })
  }
  const key = privateKeyOf(texts.key)
  if (key === undefined) return unusable(tls, noKey(tls))
  if (!certificate.checkPrivateKey(key)) {
    return unusable(tls, { file: tls.keyPath, problem: `is not the key of ${tls.certPath}` })
  }
  if (texts.ca !== undefined && certificateOf(texts.ca) === undefined) {
    return unusable(tls, { file: tls.caPath ?? '', problem: 'holds no certificate in PEM' })
  }
  const why = whyNotServed(texts)
  if (why !== undefined) {
    return unusable(tls, { file: tls.certPath, problem: `cannot be served (${why})` })
  }
  return {
    kind: 'usable',
    certificate: {
      ...texts,
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      signedBy: isSelfSigned(certificate) ? 'itself' : 'an-authority',
      validFrom: Date.parse(certificate.validFrom) as EpochMs,
      validTo: Date.parse(certificate.validTo) as EpochMs,
    },
  }
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.issuer === certificate.subject && certificate.verify(certificate.publicKey)
}

/** Modules that a command line seldom needs are loaded when they are used. */
function certificateOf(pem: string) {
  const { X509Certificate } = process.getBuiltinModule('node:crypto')
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

function privateKeyOf(pem: string) {
  const { createPrivateKey } = process.getBuiltinModule('node:crypto')
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

/** What OpenSSL has against it, such as a key that is too short. */
function whyNotServed(texts: Texts): string | undefined {
  const { createSecureContext } = process.getBuiltinModule('node:tls')
  try {
    const { ca, ...pair } = texts
    createSecureContext({ ...pair, ...(ca !== undefined && { ca }), minVersion: 'TLSv1.3' })
    return undefined
  } catch (error) {
    return codeOf(error)
  }
}

function unusable(
  tls: GatewayTls,
  { file, problem, missing = 'none' }: FileProblem & Partial<Pick<CertificateProblem, 'missing'>>,
): CertificateProblem {
  return { kind: 'unusable', file, problem, fix: fixOf(tls, file), missing }
}

function fixOf({ origin, certPath, keyPath, caPath }: GatewayTls, file: string): string {
  if (file === caPath) return 'Correct gateway.tls.caPath, or remove it.'
  const pair = `certificate and key in PEM that belong together into ${certPath} and ${keyPath}`
  return origin === 'own'
    ? `Put ${pair}, readable for the gateway’s user, or remove certPath, keyPath and autoGenerate of gateway.tls: then a certificate is made.`
    : `Put both back from a backup, or remove both (rm -f ${certPath} ${keyPath}): then others are made, and whoever pinned the fingerprint needs the new one.`
}
