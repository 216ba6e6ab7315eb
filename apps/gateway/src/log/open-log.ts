import { type Config, hintCommand } from '@openclaw/pairing-config'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { GatewayOptions } from '../types.ts'
import { gatewayLog } from './log.ts'
import { knownSecrets } from './secrets.ts'
import { lineWriter } from './writer.ts'

/** The log as configured; knows every secret of the configuration, so that none is written. */
export async function openLog(
  { gateway, agent, events, telegram, slack, imessage, paths }: Config,
  {
    env = process.env,
    logTo = process.stderr,
    logLevel = 'info',
    program: name = 'openclaw',
  }: GatewayOptions,
  more: readonly string[],
): Promise<ChannelLog> {
  const secrets = knownSecrets()
  secrets.hide([
    ...more,
    gateway.token,
    gateway.password,
    ...telegram.map(({ botToken }) => botToken),
    ...slack.flatMap((each) => [each.botToken, each.appToken, each.signingSecret]),
    ...imessage.flatMap(({ bluebubbles: mac }) => [mac?.password, mac?.webhookSecret]),
  ])
  secrets.hide([events?.secret])
  if (agent.kind === 'webhook') secrets.hide([agent.secret])
  const color = (env['NO_COLOR'] ?? '') === '' ? 'auto' : 'never'
  const write = await lineWriter(logTo, { format: gateway.logFormat, color })
  const program = hintCommand({ program: name, profile: paths.profile }, '').trim()
  return gatewayLog({ level: logLevel, write, secrets, program })
}
