import type { NodePairing } from '@openclaw/pairing/node'
import type { Config } from '@openclaw/pairing-config'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { SharedSecret } from '@openclaw/pairing-session'
import { sharedStateOf } from './channels/shared-state.ts'
import { gatewayToken, gatewayTokenPath } from './machine/gateway-token.ts'
import { checkSameToken } from './same-token.ts'

/** The secret that is written, or the one that is drawn for this state directory. */
export async function sharedSecretOf(config: Config): Promise<SharedSecret> {
  const drawn = () => gatewayToken(gatewayTokenPath(config.paths.stateDir))
  return { kind: config.gateway.auth, secret: writtenIn(config) ?? (await drawn()) }
}

/** What {@link watchToken} works with. */
export interface WatchTokenComponents {
  readonly config: Config
  readonly pairing: Pick<NodePairing, 'backend'>
  readonly shared: SharedSecret
  readonly log: ChannelLog
}

/** Gateways that share a store are to share what devices ask with. Returns its end. */
export function watchToken({ config, pairing, shared, log }: WatchTokenComponents): () => void {
  const replicas = sharedStateOf(pairing)?.replicas
  const isDrawn = writtenIn(config) === undefined
  return replicas === undefined ? () => {} : checkSameToken({ replicas, log, shared, isDrawn })
}

function writtenIn({ gateway: { auth, token, password } }: Config): string | undefined {
  return auth === 'token' ? token : password
}
