import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { SignalDaemon } from '@openclaw/channel-signal/transport'
import type { SignalAccountConfig } from '@openclaw/pairing-config'
import type { AccountId, ChannelConnection, Clock } from '@openclaw/pairing-contracts'
import { cursorFile } from '../machine/cursor-file.ts'

/** What an account's connection works with. */
export interface SignalComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/** The connections to the configured daemons; what reads their streams, and what starts them, is loaded only where it is needed. */
export async function signalConnections(
  { clock, stateDir }: SignalComponents,
  accounts: readonly SignalAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  const ready = accounts.flatMap(({ httpUrl, ...each }) =>
    each.enabled && httpUrl !== undefined ? [{ ...each, httpUrl }] : [],
  )
  if (ready.length === 0) return []
  const { signalConnection } = await import('@openclaw/channel-signal/transport')
  const daemons = await daemonsOf(clock, ready)
  return ready.map(({ account, chunks, httpUrl, number }) => {
    const daemon = daemons.get(account)
    return signalConnection({
      ...{ httpUrl, account, chunks, clock, random: randomBytes },
      cursor: cursorFile(join(stateDir, 'signal', `position-${account}.json`)),
      ...(number !== undefined && { number }),
      ...(daemon !== undefined && { daemon }),
    })
  })
}

type Ready = SignalAccountConfig & { readonly httpUrl: string }

/** Those that the gateway starts itself. */
async function daemonsOf(
  clock: Clock,
  accounts: readonly Ready[],
): Promise<ReadonlyMap<AccountId, SignalDaemon>> {
  if (accounts.every(({ daemon }) => daemon === undefined)) return new Map()
  const { signalDaemon } = await import('@openclaw/channel-signal/daemon')
  return new Map(
    accounts.flatMap(({ account, httpUrl, number, daemon }) => {
      if (daemon === undefined || number === undefined) return []
      const { startupTimeoutMs: startMs, ...start } = daemon
      const place = { account, httpUrl, number, clock, random: randomBytes, env: process.env }
      return [[account, signalDaemon({ ...start, ...place, timing: { startMs } })] as const]
    }),
  )
}
