import { type Config, parseChannelName } from '@openclaw/pairing-config'
import type { ChannelName } from '@openclaw/pairing-contracts'
import type { Call, Command } from '../args/types.ts'
import { shownAccounts } from '../channels/accounts.ts'
import { askReadiness } from '../channels/ask.ts'
import { type ChannelsStatus, statusJson } from '../channels/status-json.ts'
import { printStatus } from '../channels/status-page.ts'
import { readConfig } from '../config.ts'
import { NotFoundError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { pathsOf } from '../paths.ts'
import { runningGateway } from '../people/gateway-runs.ts'
import { warnConfig } from '../people/warnings.ts'

/** `channels status`. */
export const command: Command = {
  usage: ['channels status [channel]'],
  about:
    'Shows every account of every configured channel: whether it is connected, since when, when the last message came, what went wrong last and what mends it, what becomes of strangers, and who could not be written to lately. The gateway that runs here is asked; where none runs, it says so, lists what is configured, and exits with 1. Changes nothing.',
  options: {},
  words: { min: 0, max: 1 },
  complete: ['channel'],
  examples: [
    { line: 'channels status', what: 'every account' },
    { line: 'channels status slack', what: 'those of one channel' },
    { line: 'channels status --json', what: 'for a script: {gateway, channels}' },
  ],
  run: status,
}

async function status(call: Call): Promise<ExitCode> {
  const config = await readConfig(call)
  warnConfig(call, config)
  const [typed] = call.words
  const channel = typed === undefined ? undefined : named(config, typed)
  const found = await look(call, config, channel)
  if (call.json) call.screen.json(statusJson(found))
  else printStatus(call, found)
  return found.isAnswered ? EXIT.done : EXIT.failed
}

function named({ accounts }: Config, typed: string): ChannelName {
  const channel = parseChannelName(
    typed,
    accounts.map((each) => each.channel),
  )
  if (accounts.some((each) => each.channel === channel)) return channel
  throw new NotFoundError(`${channel} is not configured here`, {
    hint: 'openclaw channels status',
    detail: { reason: 'not-configured', channel },
  })
}

async function look(
  call: Call,
  config: Config,
  channel: ChannelName | undefined,
): Promise<ChannelsStatus> {
  const gateway = await runningGateway(pathsOf(call).stateDir)
  const said = gateway && (await askReadiness(gateway))
  const accounts = shownAccounts(config, said?.accounts).filter(
    (each) => channel === undefined || each.channel === channel,
  )
  const isShared = config.store.kind === 'postgres'
  const reasons = said?.reasons ?? []
  return { gateway, isAnswered: said !== undefined, reasons, isShared, accounts }
}
