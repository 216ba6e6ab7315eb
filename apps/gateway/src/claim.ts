import { randomBytes } from 'node:crypto'
import { type Config, detectOtherOpenClaw } from '@openclaw/pairing-config'
import { nodeMachine } from '@openclaw/pairing-config/node'
import type { EpochMs } from '@openclaw/pairing-contracts'
import { StateDirUnusable } from './errors.ts'
import { type Listener, listen } from './http/listen.ts'
import { errnoOf } from './machine/private-files.ts'
import { claimRuntime, refuseSecondGateway } from './machine/runtime-file.ts'
import type { GatewayOptions } from './types.ts'
import type { Undo } from './undo.ts'

/** A machine's port and state directory, ours while we run. */
export interface Claim {
  readonly listener: Listener
  /** Opens figures and reasons to programs of the same user. */
  readonly secret: string
}

/**
 * Takes the port and the state directory, in an order in which nothing is touched while another gateway, ours or
 * OpenClaw's, has them.
 *
 * @throws `ERR_OTHER_OPENCLAW_RUNNING`, `ERR_GATEWAY_ALREADY_RUNS`, `ERR_GATEWAY_PORT_IN_USE`, `ERR_GATEWAY_CANNOT_LISTEN`
 */
export async function claim(config: Config, options: GatewayOptions, undo: Undo): Promise<Claim> {
  const { paths, gateway } = config
  const env = options.env ?? process.env
  const other = detectOtherOpenClaw({ ...nodeMachine(), paths, env, now: Date.now() as EpochMs })
  if (other !== undefined) throw other
  await refuseSecondGateway(paths.stateDir)
  const listener = await listen({ ...gateway, port: options.port ?? gateway.port })
  undo.add(listener.close)
  const secret = randomBytes(32).toString('base64url')
  const { host } = gateway
  const runtime = { pid: process.pid, host, port: listener.port, secret }
  const own = await claimRuntime(paths.stateDir, runtime).catch((error: unknown) => {
    const why = errnoOf(error)
    throw why === undefined ? error : new StateDirUnusable(paths.stateDir, why)
  })
  undo.add(own.release)
  return { listener, secret }
}
