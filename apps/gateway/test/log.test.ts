import { StoreBusy } from '@openclaw/credential-store'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logHealth } from '../src/log/health.ts'
import { gatewayLog } from '../src/log/log.ts'
import { sparingly } from '../src/log/once.ts'
import { knownSecrets } from '../src/log/secrets.ts'
import { lineWriter } from '../src/log/writer.ts'

function capture() {
  const lines: string[] = []
  const secrets = knownSecrets()
  const write = (line: string) => lines.push(line)
  const log = gatewayLog({ level: 'info', write, secrets, program: 'npx openclaw' })
  return { lines, secrets, log }
}

it('says at the start what was not moved from a former name of a channel, why, and what to do', () => {
  const { lines, log } = capture()
  const health = () => ({ state: 'ok', journal: [], documents: [] })
  const backend = { kind: 'files', store: { health } }
  const error = new StoreBusy('pairing-journal/lock', 'process 7', 10_000)
  logHealth(log, { backend, unmerged: { names: ['bluebubbles'], error } } as never)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    ...{ level: 'error', event: 'channels-not-merged', code: 'ERR_STORE_BUSY' },
    names: 'bluebubbles',
    fix: expect.stringContaining('start the gateway again'),
  })
  expect(lines).toHaveLength(1)
})

describe('the log', () => {
  it('is one JSON line an event', () => {
    const { lines, log } = capture()
    log('info', 'pairing-requested', { channel: 'webchat', count: 2 })
    log('debug', 'not-shown', {})
    expect(lines).toHaveLength(1)
    expect(lines[0]?.endsWith('\n')).toBe(true)
    const { time, ...rest } = JSON.parse(lines[0] ?? '') as Record<string, unknown>
    expect(rest).toEqual({
      level: 'info',
      event: 'pairing-requested',
      channel: 'webchat',
      count: 2,
    })
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT/)
  })

  it('names commands that work where it is read, in our own words alone', () => {
    const { lines, log } = capture()
    const text = 'run openclaw doctor'
    log('warn', 'state-file-finding', { file: text, fix: text, reason: text })
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      file: text,
      fix: 'run npx openclaw doctor',
      reason: 'run npx openclaw doctor',
    })
  })

  it('never passes on what a terminal acts on, whatever a stranger writes', () => {
    const nasty = fc.string({ unit: 'binary' }).map((text) => `\u001b[31m${text}\u009b2J\u202e\n`)
    fc.assert(
      fc.property(nasty, (reason) => {
        const { lines, log } = capture()
        log('warn', 'event', { reason })
        const { reason: written } = JSON.parse(lines[0] ?? '') as { reason: string }
        expect(written).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })

  it('writes no secret', () => {
    const { lines, log, secrets } = capture()
    secrets.hide(['123456:telegram-token', undefined, '', 'short'])
    log('error', 'event', { reason: 'POST /bot123456:telegram-token/getMe failed shortly' })
    expect(lines[0]).not.toContain('telegram-token')
    expect(lines[0]).toContain('failed shortly')
  })

  it('looks for people on a terminal and as JSON elsewhere', async () => {
    const out: string[] = []
    const stream = { write: (text: string) => out.push(text) }
    const line = '{"level":"info","time":"2026-11-22T20:00:00.000Z","event":"started","port":1}\n'
    ;(await lineWriter(stream, { format: 'auto', color: 'never' }))(line)
    ;(await lineWriter({ ...stream, isTTY: true }, { format: 'auto', color: 'never' }))(line)
    expect(out[0]).toBe(line)
    expect(out[1]).toMatch(/INFO.*started/)
    expect(out[1]).not.toContain('\u001b')
  })

  it('does not repeat the same complaint for each message', () => {
    let now = 0
    const seen: string[] = []
    const log = sparingly(
      (_level, event) => seen.push(event),
      () => now,
    )
    for (let time = 0; time < 100; time += 1) log('error', 'gate-failed', { code: 'X' })
    log('error', 'gate-failed', { code: 'Y' })
    expect(seen).toHaveLength(2)
    now = 10_000
    log('error', 'gate-failed', { code: 'X' })
    expect(seen).toHaveLength(3)
  })
})
