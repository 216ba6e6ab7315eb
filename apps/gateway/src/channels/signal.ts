import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { SignalAccountConfig } from '@openclaw/pairing-config'
import type { ChannelConnection, Clock } from '@openclaw/pairing-contracts'
import { cursorFile } from '../machine/cursor-file.ts'

/** What an account's connection works with. */
export interface SignalComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/** The connections to the configured daemons; what reads their streams is loaded only when there is one. */
export async function signalConnections(
  { clock, stateDir }: SignalComponents,
  accounts: readonly SignalAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  const ready = accounts.flatMap(({ enabled, account, chunks, httpUrl, number }) =>
    enabled && httpUrl !== undefined ? [{ account, chunks, httpUrl, number }] : [],
  )
  if (ready.length === 0) return []
  const { signalConnection } = await import('@openclaw/channel-signal/transport')
  return ready.map(({ account, chunks, httpUrl, number }) => {
    const cursor = cursorFile(join(stateDir, 'signal', `position-${account}.json`))
    const options = { httpUrl, account, cursor, chunks, clock, random: randomBytes }
    return signalConnection(number === undefined ? options : { ...options, number })
  })
}
