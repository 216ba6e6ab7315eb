import type { Config } from '@openclaw/pairing-config'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { GatewayOptions } from '../types.ts'
import { gatewayLog } from './log.ts'
import { knownSecrets } from './secrets.ts'
import { lineWriter } from './writer.ts'

/** The log as configured; knows every secret of the configuration, so that none is written. */
export async function openLog(
  { gateway, agent, telegram }: Config,
  { env = process.env, logTo = process.stderr, logLevel = 'info' }: GatewayOptions,
  more: readonly string[],
): Promise<ChannelLog> {
  const secrets = knownSecrets()
  secrets.hide([
    ...more,
    gateway.token,
    gateway.password,
    ...telegram.map(({ botToken }) => botToken),
  ])
  if (agent.kind === 'webhook') secrets.hide([agent.secret])
  const color = (env['NO_COLOR'] ?? '') === '' ? 'auto' : 'never'
  const write = await lineWriter(logTo, { format: gateway.logFormat, color })
  return gatewayLog({ level: logLevel, write, secrets })
}
