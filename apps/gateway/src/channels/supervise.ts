import {
  type ChannelConnection,
  type ChannelHost,
  type ChannelLog,
  isOpenClawError,
} from '@openclaw/pairing-contracts'
import type { ChannelReport } from '../readiness.ts'

/** A connection that is looked after. */
export interface Supervised {
  readonly connection: ChannelConnection
  readonly report: () => ChannelReport
  /** False as soon as it has ended. */
  readonly isRunning: () => boolean
  /** Settles when it has ended, for whatever reason; never rejects. */
  readonly ended: Promise<void>
}

/** Runs a connection; one that can never work stops alone, and says so. */
export function supervise(
  connection: ChannelConnection,
  host: ChannelHost,
  signal: AbortSignal,
): Supervised {
  const { channel, account } = connection
  let failure: string | undefined
  let hasEnded = false
  const run = async (): Promise<void> => {
    try {
      await connection.run(host, signal)
      if (!signal.aborted) failure = 'ended although nobody stopped it'
    } catch (error) {
      failure = inWords(error)
    }
    hasEnded = true
    if (failure !== undefined) logFailure(host.log, { channel, account, reason: failure })
  }
  return {
    connection,
    ended: run(),
    isRunning: () => !hasEnded,
    report: () => ({
      channel,
      account,
      ...connection.status(),
      ...(failure !== undefined && { state: 'failed', lastError: failure }),
    }),
  }
}

const NOTE =
  'the other channels go on; this account is tried again when the gateway is started again'

function logFailure(log: ChannelLog, fields: Readonly<Record<string, string>>): void {
  log('error', 'channel-failed', { ...fields, note: NOTE })
}

/** What happened and what mends it. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const hint = isOpenClawError(error) ? error.hint : undefined
  return hint === undefined ? error.message : `${error.message}. ${hint}`
}
