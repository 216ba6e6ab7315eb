import { createPublicKey } from 'node:crypto'
import { hostname, networkInterfaces } from 'node:os'
import { generate } from 'selfsigned'
import { CERTIFICATE_MS, CERTIFICATE_NAMES, CLOCK_SKEW_MS } from '../limits.ts'

/** What a certificate is made for. */
export interface DrawOptions {
  /** The address that is listened on. */
  readonly host: string
  /** Ms since 1970. */
  readonly now: number
}

/** A certificate for a key, both PEM: signed by itself, as OpenClaw has it. */
export async function certify(privateKey: string, { host, now }: DrawOptions): Promise<string> {
  const publicKey = String(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }))
  const { cert } = await generate([{ name: 'commonName', value: 'openclaw-gateway' }], {
    algorithm: 'sha256',
    keyPair: { privateKey, publicKey },
    notBeforeDate: new Date(now - CLOCK_SKEW_MS),
    notAfterDate: new Date(now + CERTIFICATE_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: namesOf(host) },
    ],
  })
  return cert.endsWith('\n') ? cert : `${cert}\n`
}

const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i

/** Under which names and addresses the gateway is reached; those of the network where it listens everywhere. */
function namesOf(host: string) {
  const own = hostname()
  const dns = ['openclaw-gateway', 'localhost', ...(DNS_NAME.test(own) ? [own] : [])]
  const everywhere = host === '0.0.0.0' || host === '::'
  const ips = ['127.0.0.1', '::1', ...(everywhere ? addresses() : [host])]
  return [
    ...[...new Set(dns)].map((value) => ({ type: 2 as const, value })),
    ...[...new Set(ips)].slice(0, CERTIFICATE_NAMES).map((ip) => ({ type: 7 as const, ip })),
  ]
}

function addresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address)
}
