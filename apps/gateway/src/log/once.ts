import type { ChannelLog } from '@openclaw/pairing-contracts'
import { COMPLAINT_MS } from '../limits.ts'

/** A log that repeats the same event about the same reason only after {@link COMPLAINT_MS}; for what each message may cause. */
export function sparingly(log: ChannelLog, now: () => number): ChannelLog {
  const last = new Map<string, number>()
  return (level, event, fields) => {
    const key = `${event} ${String(fields['code'] ?? '')} ${String(fields['channel'] ?? '')}`
    if (now() - (last.get(key) ?? -COMPLAINT_MS) < COMPLAINT_MS) return
    if (last.size > 1_000) last.clear()
    last.set(key, now())
    log(level, event, fields)
  }
}
