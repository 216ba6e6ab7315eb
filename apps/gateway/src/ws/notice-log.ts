import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { SessionNotice } from '@openclaw/pairing-session'
import { inWords } from '../channels/supervise.ts'

/** Writes down what happens to connections; what anybody can cause, sparingly. */
export function noticeLog(log: ChannelLog, complain: ChannelLog): (notice: SessionNotice) => void {
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
    } else if (what === 'closed') {
      log('info', 'device-closed', { ...about, because: notice.because })
    } else {
      const { role, client, by } = notice
      log('info', 'device-admitted', { ...about, role, client, by })
    }
  }
}
