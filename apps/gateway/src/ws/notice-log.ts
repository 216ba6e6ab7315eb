import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { SessionNotice } from '@openclaw/pairing-session'
import { inWords } from '../channels/supervise.ts'
import { MAX_WAITS_REMEMBERED, WAITS_LOGGED, WAITS_MS } from '../limits.ts'

/** What {@link noticeLog} writes with. */
export interface NoticeLogParts {
  readonly log: ChannelLog
  /** A log for what anybody can cause. */
  readonly complain: ChannelLog
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/**
 * Writes down what happens to connections; what anybody can cause, sparingly. The commands of this machine come and go with
 * each page that they print, so they are for `debug`.
 */
export function noticeLog({ log, complain, now }: NoticeLogParts): (notice: SessionNotice) => void {
  const commands = new Set<string>()
  const waits = waitsLog(log, now)
  return (notice) => {
    const { what, connId: connection } = notice
    if (what === 'failed') {
      log('error', 'device-failed', { connection, reason: inWords(notice.error) })
      return
    }
    if (what === 'waits') {
      waits(notice)
      return
    }
    const { address = 'unknown', deviceId: device = 'none' } = notice
    const about = { connection, address, device }
    if (what === 'refused') {
      const setup = notice.setup === undefined ? {} : { setup: notice.setup }
      complain('info', 'device-refused', { ...about, code: notice.because, ...setup })
      return
    }
    const isKnown = notice.deviceId !== undefined
    if (what === 'closed') {
      const fields = { ...about, because: notice.because }
      if (commands.delete(connection)) log('debug', 'device-closed', fields)
      else (isKnown ? log : complain)('info', 'device-closed', fields)
      return
    }
    const { role, client, by } = notice
    const fields = { ...about, role, client, by }
    if (by === 'local') {
      commands.add(connection)
      log('debug', 'device-admitted', fields)
    } else (isKnown ? log : complain)('info', 'device-admitted', fields)
  }
}

type Waits = Extract<SessionNotice, { readonly what: 'waits' }>

/** Writes down each request once, with what the owner types; in a flood a few a minute, and the others when they ask again. */
function waitsLog(log: ChannelLog, now: () => number): (notice: Waits) => void {
  const said = new Set<string>()
  let since = Number.NEGATIVE_INFINITY
  let count = 0
  return ({ requestId, deviceId, name = 'none', role, address = 'unknown' }) => {
    if (said.has(requestId)) return
    if (now() - since >= WAITS_MS) {
      since = now()
      count = 0
    }
    if (count >= WAITS_LOGGED) return
    count += 1
    if (said.size >= MAX_WAITS_REMEMBERED) said.clear()
    said.add(requestId)
    const about = { request: requestId, device: deviceId, name, role, address }
    log('info', 'device-waits', { ...about, fix: `openclaw devices approve ${requestId}` })
  }
}
