import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { SessionNotice } from '@openclaw/pairing-session'
import { expect, it } from 'vitest'
import { WAITS_LOGGED, WAITS_MS } from '../src/limits.ts'
import { gatewayLog } from '../src/log/log.ts'
import { sparingly } from '../src/log/once.ts'
import { knownSecrets } from '../src/log/secrets.ts'
import { noticeLog } from '../src/ws/notice-log.ts'

it('writes down each device, and those without one sparingly', () => {
  const lines: string[] = []
  const log: ChannelLog = (level, event, fields) =>
    void lines.push(`${level} ${event} ${String(fields['device'])}`)
  let now = 0
  const clock = () => now
  const tell = noticeLog({ log, complain: sparingly(log, clock), now: clock })
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

it('writes down who waits once each, a few a minute, with the command as it is typed there', () => {
  const lines: Readonly<Record<string, unknown>>[] = []
  const write = (line: string) => void lines.push(JSON.parse(line))
  const program = 'npx openclaw'
  const log = gatewayLog({ level: 'info', write, secrets: knownSecrets(), program })
  let now = 0
  const tell = noticeLog({ log, complain: log, now: () => now })
  const ask = (requestId: string) => {
    const about = { connId: 'c', address: '203.0.113.9', deviceId: 'd', role: 'node' }
    tell({ what: 'waits', ...about, requestId, name: 'Kitchen\u001b[2J' })
  }
  for (let count = 0; count < 3; count += 1) ask('device-0123456789ab')
  expect(lines).toEqual([
    expect.objectContaining({
      level: 'info',
      event: 'device-waits',
      request: 'device-0123456789ab',
      device: 'd',
      name: expect.not.stringContaining('\u001b'),
      role: 'node',
      address: '203.0.113.9',
      fix: 'npx openclaw devices approve device-0123456789ab',
    }),
  ])
  for (let count = 0; count < 1_000; count += 1) ask(`device-${String(count)}`)
  expect(lines).toHaveLength(WAITS_LOGGED)
  now = WAITS_MS
  for (let count = 0; count < 1_000; count += 1) ask(`device-${String(count)}`)
  expect(lines).toHaveLength(2 * WAITS_LOGGED)
  expect(new Set(lines.map(({ request }) => request)).size).toBe(2 * WAITS_LOGGED)
})
