import { join } from 'node:path'
import type { WorkLog } from '@openclaw/pairing'
import { fileWorkLog } from '@openclaw/pairing/node'
import type { ChannelConnection } from '@openclaw/pairing-contracts'
import { neverConnects } from './apart.ts'
import { type ChannelsComponents, type RunningConnection, runConnection } from './run-connection.ts'
import type { RunningAccount } from './running-account.ts'
import { inWords } from './supervise.ts'

/** Runs a connection for as long as the gateway runs: nobody else has its account. */
export function steady(
  components: ChannelsComponents,
  connection: ChannelConnection,
  work: WorkLog,
): RunningAccount {
  const { channel, account, webhook } = connection
  const running = runConnection(components, { connection, work })
  void running.ended.then(() => logFailure(components, running))
  const { isRunning, report, sending, ended } = running
  return {
    ...{ channel, account, report, sending, ended },
    hook: webhook && { channel, account, ...webhook, isRunning },
  }
}

const NOTE =
  'the other channels go on; this account is tried again when the gateway is started again'

function logFailure(
  { log }: Pick<ChannelsComponents, 'log'>,
  { connection: { channel, account }, failure }: RunningConnection,
): void {
  const reason = failure()
  if (reason !== undefined) log('error', 'channel-failed', { channel, account, reason, note: NOTE })
}

/** The same, with a log of work in a file of this machine. */
export async function steadyWithFile(
  components: ChannelsComponents,
  connection: ChannelConnection,
): Promise<RunningAccount> {
  const { stateDir } = components.pairing.config().paths
  const { channel, account } = connection
  const path = join(stateDir, channel, `handled-${account}.jsonl`)
  try {
    const work = await fileWorkLog(path, () => Date.now())
    return steady(components, connection, work)
  } catch (error) {
    // What nobody can note down is not taken in; the other accounts are not concerned.
    const reason = new Error(`${path} cannot be used: ${inWords(error)}`)
    return steady(components, neverConnects(connection, reason), NO_WORK)
  }
}

const NO_WORK: WorkLog = {
  begin: () => Promise.reject(new Error('there is no log of work')),
  mark: () => Promise.reject(new Error('there is no log of work')),
  close: () => Promise.resolve(),
}
