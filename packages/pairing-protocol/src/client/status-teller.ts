import type { ChannelLog, OpenClawError } from '@openclaw/pairing-contracts'
import type { ClientOptions, ClientStatus } from './client-types.ts'
import { pairingNeeded } from './pairing-needed.ts'
import { GatewayRefused } from './request-errors.ts'
import { safely } from './safely.ts'

/** Tells the embedder and the log how a client is doing. */
export interface StatusTeller {
  readonly status: () => ClientStatus
  readonly tell: (status: ClientStatus) => void
  /** Tells of a request that waits for an owner, unless it was told of before. */
  readonly refused: (problem: OpenClawError) => void
  readonly pairingOver: () => void
}

/** A teller that has told nothing yet. */
export function statusTeller(
  options: Pick<ClientOptions, 'identity' | 'onStatus' | 'onPairingRequired'>,
  log: ChannelLog,
): StatusTeller {
  let current: ClientStatus = { state: 'connecting' }
  let toldOf: string | undefined
  const write = statusLog(log)
  return {
    status: () => current,
    tell: (status) => {
      current = status
      write(status)
      safely(log, 'onStatus', () => options.onStatus?.(status))
    },
    refused: (problem) => {
      if (!(problem instanceof GatewayRefused)) return
      const needed = pairingNeeded(problem, options.identity.deviceId)
      const about = JSON.stringify(needed)
      if (needed === undefined || about === toldOf) return
      toldOf = about
      safely(log, 'onPairingRequired', () => options.onPairingRequired?.(needed))
    },
    pairingOver: () => {
      toldOf = undefined
    },
  }
}

/** Writes down each change; while an owner decides, the same answer comes every moment, and is written once. */
function statusLog(log: ChannelLog): (status: ClientStatus) => void {
  let waitsFor: string | undefined
  return (status) => {
    if (status.state === 'connecting') return
    if (status.state === 'waiting') {
      const { problem, delayMs, url } = status
      const about = { code: problem.code, problem: problem.message, gateway: url }
      const said = JSON.stringify(about)
      if (said !== waitsFor) log('warn', 'client.waiting', { ...about, delayMs })
      waitsFor = said
      return
    }
    waitsFor = undefined
    if (status.state === 'ready') {
      const { version, connId } = status.hello.server
      log('info', 'client.ready', { version, connId, protocol: status.hello.protocol })
      return
    }
    const { problem } = status
    if (problem === undefined) log('info', 'client.closed', {})
    else log('error', 'client.stopped', { code: problem.code, problem: problem.message })
  }
}
