import type { Json } from '@openclaw/pairing-contracts'
import { systemPorts } from '../node/system-ports.ts'
import type { NodeInvoke } from '../nodes.ts'
import { clientParts } from './client-parts.ts'
import type { ClientOptions, GatewayClient, RequestOptions } from './client-types.ts'
import { gatewayClient } from './gateway-client.ts'
import type { ClientPorts } from './ports.ts'

/** What an operator is and wants. */
export interface OperatorOptions extends ClientOptions {
  /**
   * What it wants to be allowed; `operator.read` unless given. Others: `operator.write` (invoke), `operator.pairing`
   * (decide about devices), `operator.approvals`, `operator.admin`. Gateways of 2026.2 compare them one by one.
   */
  readonly scopes?: readonly string[]
}

/** A command for a node. */
export type Invocation = Omit<NodeInvoke, 'idempotencyKey'> & {
  /** The same key means the same call; a new one is drawn where it is absent. */
  readonly idempotencyKey?: string
}

/** A client that asks and decides. */
export interface OperatorClient extends GatewayClient {
  /** Has a node run a command, and answers its result; rejects as `request` does. Needs `operator.write`. */
  readonly invoke: (invocation: Invocation, options?: RequestOptions) => Promise<Json | undefined>
}

const KEY_BYTES = 16

/**
 * Connects to a gateway as an operator, and again whenever the connection is lost.
 *
 * Returns at once; `request` waits for the connection. While an owner has to decide, it keeps trying and tells
 * `onPairingRequired`.
 *
 * @throws `GatewayUrlRefused` and `ClientOptionsInvalid`, before anything is dialled
 */
export function connectOperator(
  options: OperatorOptions,
  ports: ClientPorts = systemPorts,
): OperatorClient {
  const claims = { role: 'operator', scopes: options.scopes ?? ['operator.read'], caps: [] }
  const id = 'gateway-client'
  const client = gatewayClient(clientParts({ options, claims, id, mode: 'backend', ports }))
  return {
    ...client,
    invoke: async (invocation, requestOptions) => {
      const drawn = Buffer.from(ports.randomBytes(KEY_BYTES)).toString('hex')
      const params = { idempotencyKey: drawn, ...invocation }
      const { payload } = await client.request('node.invoke', params, requestOptions)
      return payload
    },
  }
}
