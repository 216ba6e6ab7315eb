import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { SessionNotice } from '@openclaw/pairing-session'
import { expect, it } from 'vitest'
import { sparingly } from '../src/log/once.ts'
import { noticeLog } from '../src/ws/notice-log.ts'

it('writes down each device, and those without one sparingly', () => {
  const lines: string[] = []
  const log: ChannelLog = (level, event, fields) =>
    void lines.push(`${level} ${event} ${String(fields['device'])}`)
  let now = 0
  const tell = noticeLog(
    log,
    sparingly(log, () => now),
  )
  const come = (connId: string, deviceId: string | undefined, by = 'shared-secret') => {
    const about = { connId, address: '203.0.113.9', deviceId }
    const facts = { role: 'operator', scopes: [], client: 'cli (ui)', by }
    tell({ what: 'admitted', ...about, ...facts } as SessionNotice)
    tell({ what: 'closed', ...about, because: 'gone' })
  }
  for (let count = 0; count < 1_000; count += 1) come(`a${String(count)}`, undefined)
  expect(lines).toEqual(['info device-admitted none', 'info device-closed none'])
  come('b', 'kitchen', 'key')
  come('c', 'kitchen', 'key')
  expect(lines.filter((line) => line.endsWith('kitchen'))).toHaveLength(4)
  come('d', undefined, 'local')
  expect(lines.filter((line) => line.startsWith('debug'))).toHaveLength(2)
  now = 60_000
  come('e', undefined)
  expect(lines.filter((line) => line === 'info device-admitted none')).toHaveLength(2)
})
