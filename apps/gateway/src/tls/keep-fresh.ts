import type { GatewayTls } from '@openclaw/pairing-config'
import { type Certificate, nodeFiles, readCertificate } from '@openclaw/pairing-config/node'
import type { ChannelLog, EpochMs } from '@openclaw/pairing-contracts'
import { inWords } from '../channels/supervise.ts'
import { CERTIFICATE_AGE_MS, RELOAD_MS } from '../limits.ts'
import { lookAgain } from '../look-again.ts'
import { logAge, logCertificate } from './certificate.ts'

/** What {@link keepCertificateFresh} works with. */
export interface FreshComponents {
  readonly tls: GatewayTls
  /** The one that is shown. */
  readonly current: () => Certificate
  /** Shows another one from now on. */
  readonly renew: (certificate: Certificate) => Promise<void>
  readonly log: ChannelLog
  /** Ms since 1970. */
  readonly now: () => EpochMs
}

/**
 * Looks at the files of the certificate about once a second, and takes others as soon as they stand still and fit. Those that
 * do not are told once; what was shown before is shown on. Says once a day when the certificate ends soon.
 */
export function keepCertificateFresh(components: FreshComponents): { readonly stop: () => void } {
  const { tls, log, now, current } = components
  const look = lookAt(components)
  let told = now()
  return lookAgain(RELOAD_MS, async () => {
    if (now() - told >= CERTIFICATE_AGE_MS) {
      told = now()
      logAge(log, { tls, certificate: current(), now: told })
    }
    await look()
  })
}

/** Two looks must agree: who renews writes one file after the other. */
function lookAt(components: FreshComponents): () => Promise<void> {
  let taken: string | undefined
  let seen: string | undefined
  let complaint: string | undefined
  return async () => {
    const mark = markOf(components.tls)
    const stands = mark === seen
    seen = mark
    if (!stands || mark === taken) return
    try {
      await take(components)
      taken = mark
      complaint = undefined
    } catch (error) {
      const reason = inWords(error)
      if (reason === complaint) return
      complaint = reason
      const note = 'tried again; what was shown before is shown on'
      components.log('error', 'certificate-not-taken', { reason, note })
    }
  }
}

async function take({ tls, current, renew, log, now }: FreshComponents): Promise<void> {
  const found = readCertificate(tls, nodeFiles())
  if (found.kind === 'unusable') {
    const { file, problem, fix } = found
    const note = 'what was shown before is shown on'
    log('error', 'certificate-not-taken', { file, problem, fix, note })
    return
  }
  const { certificate } = found
  const { cert, key, ca } = current()
  if (cert === certificate.cert && key === certificate.key && ca === certificate.ca) return
  await renew(certificate)
  logCertificate(log, tls, { certificate, came: 'renewed' })
  logAge(log, { tls, certificate, now: now() })
}

/** Changes whenever one of the files does. */
function markOf({ certPath, keyPath, caPath }: GatewayTls): string {
  const paths = [certPath, keyPath, ...(caPath === undefined ? [] : [caPath])]
  return JSON.stringify(paths.map(factsOf))
}

function factsOf(path: string): unknown {
  try {
    return nodeFiles().stat(path) ?? 'absent'
  } catch {
    return 'unreadable'
  }
}
