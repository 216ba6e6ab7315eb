import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { SignalDaemon } from '@openclaw/channel-signal/transport'
import type { SignalAccountConfig } from '@openclaw/pairing-config'
import type { Clock } from '@openclaw/pairing-contracts'
import type { Account } from './account.ts'

/** What an account's connection works with. */
export interface SignalComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/** The accounts of the configured daemons; what reads their streams, and what starts them, is loaded only where it is needed. */
export async function signalAccounts(
  { clock, stateDir }: SignalComponents,
  accounts: readonly SignalAccountConfig[],
): Promise<readonly Account[]> {
  const ready = accounts.flatMap(({ httpUrl, ...each }) =>
    each.enabled && httpUrl !== undefined ? [{ ...each, httpUrl }] : [],
  )
  if (ready.length === 0) return []
  const { signalConnection } = await import('@openclaw/channel-signal/transport')
  const daemonOf = await daemonsOf(clock, ready)
  return ready.map((each) => {
    const { channel, account, chunks, httpUrl, number } = each
    return {
      ...{ channel, account },
      cursorPath: join(stateDir, 'signal', `position-${account}.json`),
      connect: (cursor) => {
        const daemon = daemonOf(each)
        return signalConnection({
          ...{ httpUrl, account, chunks, clock, cursor, random: randomBytes },
          ...(number !== undefined && { number }),
          ...(daemon !== undefined && { daemon }),
        })
      },
    }
  })
}

type Ready = SignalAccountConfig & { readonly httpUrl: string }

/** Makes the daemon of an account that the gateway starts itself; one for each connection. */
async function daemonsOf(
  clock: Clock,
  accounts: readonly Ready[],
): Promise<(of: Ready) => SignalDaemon | undefined> {
  if (accounts.every(({ daemon }) => daemon === undefined)) return () => undefined
  const { signalDaemon } = await import('@openclaw/channel-signal/daemon')
  return ({ account, httpUrl, number, daemon }) => {
    if (daemon === undefined || number === undefined) return undefined
    const { startupTimeoutMs: startMs, ...start } = daemon
    const place = { account, httpUrl, number, clock, random: randomBytes, env: process.env }
    return signalDaemon({ ...start, ...place, timing: { startMs } })
  }
}
