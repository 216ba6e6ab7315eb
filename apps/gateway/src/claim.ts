import { randomBytes } from 'node:crypto'
import { type Config, detectOtherOpenClaw } from '@openclaw/pairing-config'
import { type Certificate, nodeMachine } from '@openclaw/pairing-config/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { StateDirUnusable } from './errors.ts'
import { type Listener, listen } from './http/listen.ts'
import { errnoOf } from './machine/private-files.ts'
import { claimRuntime, type RuntimeClaim, refuseSecondGateway } from './machine/runtime-file.ts'
import { type FoundCertificate, gatewayCertificate } from './tls/certificate.ts'
import type { GatewayOptions } from './types.ts'
import type { Undo } from './undo.ts'

/** A machine's port and state directory, ours while we run. */
export interface Claim {
  readonly listener: Listener
  /** Opens figures and reasons to programs of the same user. */
  readonly secret: string
  /** Where the port speaks TLS. */
  readonly tls: ClaimedTls | undefined
}

/** The certificate that the port shows. */
export interface ClaimedTls {
  readonly found: FoundCertificate
  readonly current: () => Certificate
  /** Shows another one from now on; who comes from this machine is told first. */
  readonly renew: (certificate: Certificate) => Promise<void>
}

/**
 * Takes the port and the state directory, in an order in which nothing is touched while another gateway, ours or
 * OpenClaw's, has them.
 *
 * @throws `ERR_OTHER_OPENCLAW_RUNNING`, `ERR_GATEWAY_ALREADY_RUNS`, `ERR_GATEWAY_PORT_IN_USE`, `ERR_GATEWAY_CANNOT_LISTEN`,
 *   `ERR_GATEWAY_CERTIFICATE`
 */
export async function claim(config: Config, options: GatewayOptions, undo: Undo): Promise<Claim> {
  const { paths, gateway } = config
  const env = options.env ?? process.env
  const other = detectOtherOpenClaw({ ...nodeMachine(), paths, env, now: Date.now() as EpochMs })
  if (other !== undefined) throw other
  await refuseSecondGateway(paths.stateDir)
  const found =
    gateway.tls && (await gatewayCertificate(gateway.tls, { ...gateway, now: Date.now() }))
  const port = options.port ?? gateway.port
  const listener = await listen({ ...gateway, port, certificate: found?.certificate })
  undo.add(listener.close)
  const secret = randomBytes(32).toString('base64url')
  const runtime = {
    pid: process.pid,
    host: gateway.host,
    port: listener.port,
    secret,
    store: config.store.kind === 'postgres' ? ('postgres' as const) : ('files' as const),
    ...(found !== undefined && { tlsFingerprint: found.certificate.fingerprint }),
  }
  const own = await claimRuntime(paths.stateDir, runtime).catch((error: unknown) => {
    const why = errnoOf(error)
    throw why === undefined ? error : new StateDirUnusable(paths.stateDir, why)
  })
  undo.add(own.release)
  return { listener, secret, tls: found && claimedTls(found, { listener, own }) }
}

function claimedTls(
  found: FoundCertificate,
  { listener, own }: { readonly listener: Listener; readonly own: RuntimeClaim },
): ClaimedTls {
  let shown = found.certificate
  return {
    found,
    current: () => shown,
    renew: async (certificate) => {
      await own.renew(certificate.fingerprint)
      listener.renew(certificate)
      shown = certificate
    },
  }
}

/** How the port speaks. */
export function schemeOf({ tls }: Pick<Claim, 'tls'>): 'http' | 'https' {
  return tls === undefined ? 'http' : 'https'
}
