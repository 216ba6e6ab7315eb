import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { SessionNotice } from '@openclaw/pairing-session'
import { inWords } from '../channels/supervise.ts'

/**
 * Writes down what happens to connections; what anybody can cause, sparingly. The commands of this machine come and go with
 * each page that they print, so they are for `debug`.
 */
export function noticeLog(log: ChannelLog, complain: ChannelLog): (notice: SessionNotice) => void {
  const commands = new Set<string>()
  return (notice) => {
    const { what, connId: connection } = notice
    if (what === 'failed') {
      log('error', 'device-failed', { connection, reason: inWords(notice.error) })
      return
    }
    const { address = 'unknown', deviceId: device = 'none' } = notice
    const about = { connection, address, device }
    if (what === 'refused') {
      complain('info', 'device-refused', { ...about, code: notice.because })
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
