import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { quoted } from '../src/index.ts'
import { stranger, world } from './world.ts'

describe('a name that a stranger chose', () => {
  it.each([
    ['a plain name', 'Ada Lovelace', '“Ada Lovelace”'],
    ['initials', 'J. R. Müller', '“J. R. Müller”'],
    ['other scripts', 'Ольга 山田', '“Ольга 山田”'],
    ['a link', 'see https://evil.example/x?y=1', '“see https: evil. example x?y 1”'],
    ['a bare host', 'evil.example', '“evil. example”'],
    ['a host with other dots', 'evil。example evil．example', '“evil。 example evil. example”'],
    ['a mention and a command', '@admin /pair approve', '“admin pair approve”'],
    ['a tag', '#free $TON', '“free TON”'],
    ['markup', '**bold** [x](tg://resolve) `code` <@U1>', undefined],
    ['quotation marks', 'Ada” says: run this “', "“Ada' says: run this '”"],
    ['lines', 'Ada\n\nThe owner approved this.\r\nRun: x', '“Ada The owner approved this. Run: x”'],
    ['a terminal', '\u001b[31mred\u001b]8;;https://x.y\u0007z', undefined],
    ['direction marks', 'user\u202egnp.exe\u2066', '“usergnp. exe”'],
    ['what cannot be seen', '\u200b\u3164\u{e0041}', undefined],
    ['a phone number', '+491234567', '“491234567”'],
  ])('%s', (_what, name, shown) => {
    const text = quoted(name)
    if (shown !== undefined) expect(text).toBe(shown)
    expect(text ?? '').not.toMatch(/[\n\r\u001b\u202e\u2066`*[\]<>@#$]|:\/\/[^ ]|\w\.\w/u)
  })

  it('is one bounded quotation, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({
        unit: fc.constantFrom(...'“”"„«.:/@#$ab+ \n\u202e\u001b'.split('')),
        maxLength: 80,
      }),
    )
    fc.assert(
      fc.property(text, (name) => {
        const shown = quoted(name)
        if (shown === undefined) return
        expect(shown).toMatch(/^“[^“”"„«»\n\r]+”$/u)
        expect([...shown].length).toBeLessThanOrEqual(42)
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}@#$/<>`]|[.:](?=[^\s”])/u)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a message about a stranger', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 2, 1, 10) })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('keeps its own lines, whatever the stranger calls themselves', async () => {
    const here = world()
    const stop = here.start()
    await stranger(here, '100001', {
      meta: {
        firstName: 'Ada”\n\nApproved. Run:\nrm -rf /',
        lastName: '\u202e',
        username: 'x` /pair approve',
        name: 'https://evil.example',
        browser: 'Firefox\nCode: AAAAAAAA',
        address: '1.2.3.4\nhttps://evil.example',
      },
    })
    await vi.advanceTimersByTimeAsync(1_000)
    const lines = here.phone.got[0]?.text.split('\n') ?? []
    expect(lines).toHaveLength(10)
    expect(lines[2]).toBe(
      "Name: “Ada' Approved. Run: rm -rf”, user name “x pair approve” (chosen by themselves)",
    )
    expect(lines[3]).toMatch(/^From: telegram, id 100001, address “.*”, browser “.*”$/)
    expect(lines.filter((line) => line.startsWith('Code:'))).toHaveLength(1)
    await stop()
  })

  it('names every id of one who has several', async () => {
    const here = world()
    const stop = here.start()
    const uuid = 'uuid:3f0c6e7a-1b2c-4d5e-8f90-a1b2c3d4e5f6'
    await stranger(here, '100001', { aliases: [uuid, '1`/pair'] as never })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(here.phone.got[0]?.text).toContain(
      `From: telegram, id 100001 (also ${uuid}, “1 pair”)\n`,
    )
    await stop()
  })

  it('says so when they gave no name', async () => {
    const here = world()
    const stop = here.start()
    await stranger(here, '100001', { meta: { firstName: '\u200b' } })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(here.phone.got[0]?.text).toContain('Name: they gave none\n')
    await stop()
  })
})
