import {
  type ChannelConnection,
  type ChannelHost,
  isOpenClawError,
} from '@openclaw/pairing-contracts'
import type { ChannelReport } from '../readiness.ts'

/** A connection that is looked after. */
export interface Supervised {
  readonly connection: ChannelConnection
  readonly report: () => ChannelReport
  /** False as soon as it has ended. */
  readonly isRunning: () => boolean
  /** Why it ended although nobody stopped it. */
  readonly failure: () => string | undefined
  /** Settles when it has ended, for whatever reason; never rejects. */
  readonly ended: Promise<void>
}

/** Runs a connection; one that can never work stops alone, and its report says so. */
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
  }
  return {
    connection,
    ended: run(),
    isRunning: () => !hasEnded,
    failure: () => failure,
    report: () => ({
      channel,
      account,
      ...connection.status(),
      ...(failure !== undefined && { state: 'failed', lastError: failure }),
    }),
  }
}

/** What happened and what mends it. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const hint = isOpenClawError(error) ? error.hint : undefined
  return hint === undefined ? error.message : `${error.message}. ${hint}`
}
