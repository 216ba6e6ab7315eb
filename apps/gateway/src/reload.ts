import type { NodePairing } from '@openclaw/pairing/node'
import { type AccountConfig, type Config, missingToConnect } from '@openclaw/pairing-config'
import { type ChannelLog, isOpenClawError } from '@openclaw/pairing-contracts'
import { inWords } from './channels/supervise.ts'
import { RELOAD_MS } from './limits.ts'
import { lookAgain } from './look-again.ts'

/** What {@link keepConfigFresh} works with. */
export interface ReloadComponents {
  readonly pairing: NodePairing
  readonly log: ChannelLog
  /** Told of each configuration that came into force. */
  readonly onChange: (config: Config) => void
}

/**
 * Looks at the configuration files about once a second. Policies and lists hold at once; what needs a restart is said
 * in the log; a configuration that cannot be used is said once, and what was in force stays so.
 */
export function keepConfigFresh(components: ReloadComponents): { readonly stop: () => void } {
  const { pairing, log, onChange } = components
  const started = pairing.config()
  let complaint: string | undefined
  const look = async (): Promise<void> => {
    try {
      const { changed, config } = await pairing.reload()
      if (complaint !== undefined) log('info', 'config-mended', {})
      complaint = undefined
      if (!changed) return
      log('info', 'config-changed', { file: config.paths.configPath })
      logProblems(log, config)
      for (const { part, keys } of needsRestart(started, config)) {
        log('warn', 'config-needs-restart', { part, keys, note: 'holds after the next start' })
      }
      onChange(config)
    } catch (error) {
      const reason = inWords(error)
      if (reason === complaint) return
      complaint = reason
      const code = isOpenClawError(error) ? error.code : 'unknown'
      log('error', 'config-not-taken', { code, reason, note: 'what was in force stays so' })
    }
  }
  return lookAgain(RELOAD_MS, look)
}

/** Says what in the configuration may not be meant so. */
export function logProblems(log: ChannelLog, { problems }: Pick<Config, 'problems'>): void {
  for (const { file, path, problem, fix } of problems) {
    log('warn', 'config-problem', { file, path, problem, fix })
  }
}

/** Says which accounts are on and are not connected, because nothing says how. */
export function logMissing(log: ChannelLog, config: Config): void {
  for (const { channel, account, enabled } of config.accounts) {
    const reason = enabled ? missingToConnect(config, { channel, account }) : undefined
    if (reason !== undefined) log('warn', 'channel-not-configured', { channel, account, reason })
  }
}

/** Names alone: values may be secrets. */
interface Waiting {
  readonly part: string
  /** The keys that differ, as they are written in the file. */
  readonly keys: string
}

/** The parts of a configuration that are read at the start only, where they differ from what runs. */
function needsRestart(running: Config, wanted: Config): readonly Waiting[] {
  const parts: readonly (readonly [string, (config: Config) => unknown])[] = [
    ['gateway', ({ gateway }) => gateway],
    ['pairing.agent', ({ agent }) => agent],
    ['pairing.events', ({ events }) => events],
    ['channels.telegram', ({ telegram }) => telegram.map(connectionOf)],
    ['channels.signal', ({ signal }) => signal.map(connectionOf)],
    ['channels.imessage', ({ imessage }) => imessage.map(connectionOf)],
    ['channels.slack', ({ slack }) => slack.map(connectionOf)],
    ['channels.whatsapp', ({ whatsapp }) => whatsapp.map(connectionOf)],
    ['channels.discord', ({ discord }) => discord.map(connectionOf)],
    ['channels.webchat.enabled', ({ webchat }) => webchat.map(({ enabled }) => enabled)],
    ['store', ({ store }) => store],
    ['the state directory', ({ paths }) => paths.stateDir],
  ]
  return parts.flatMap(([name, of]) => {
    const [was, is] = [of(running), of(wanted)]
    if (isSame(was, is)) return []
    const keys = name === 'gateway' ? keysThatDiffer(running, wanted) : [name]
    return [{ part: name, keys: keys.join(', ') }]
  })
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** What is read as one value, and the key that it is written under. */
const GATEWAY_KEYS: readonly (readonly [string, (gateway: Config['gateway']) => unknown])[] = [
  ['gateway.port', ({ port }) => port],
  ['gateway.bind', ({ bind, host }) => [bind, host]],
  ['gateway.auth.mode', ({ auth }) => auth],
  ['gateway.auth.token', ({ token }) => token],
  ['gateway.auth.password', ({ password }) => password],
  ['gateway.trustedProxies', ({ trustedProxies }) => trustedProxies],
  ['gateway.nodes.allowCommands', ({ nodes }) => nodes.allowCommands],
  ['gateway.nodes.denyCommands', ({ nodes }) => nodes.denyCommands],
  ['gateway.controlUi.allowedOrigins', ({ allowedOrigins }) => allowedOrigins],
  ['gateway.tls', ({ tls }) => tls],
  ['pairing.logFormat', ({ logFormat }) => logFormat],
]

function keysThatDiffer({ gateway }: Config, wanted: Config): readonly string[] {
  const keys = GATEWAY_KEYS.filter(([, of]) => !isSame(of(gateway), of(wanted.gateway)))
  return keys.length === 0 ? ['gateway'] : keys.map(([key]) => key)
}

/** All but the policy, which holds at once. */
const connectionOf = <T extends AccountConfig>({ policy: _, ...connection }: T): object =>
  connection
