import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { AccountId, EpochMs, SenderId } from '@openclaw/pairing-contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  classifyWebchat,
  isWebchatId,
  parseWebchatId,
  type WebchatEvent,
  webchat,
  webchatDefinition,
} from '../src/index.ts'
import { cookieOf, door, random, sha256, startChat, testClock } from './support.ts'

const account = 'default' as AccountId
const id = `web-${'0123456789abcdef'.repeat(2)}` as SenderId
const event: WebchatEvent = {
  kind: 'message',
  visitor: id,
  id: 'message-1',
  text: 'hello',
  at: 1_800_000_000_000 as EpochMs,
  meta: { address: '192.0.2.1' },
}
const here = (path: string) => new URL(`../${path}`, import.meta.url)

describe('a visitor id', () => {
  it('is read as people type it', () => {
    for (const typed of [id, ` ${id} `, id.toUpperCase(), `webchat:${id}`, `WebChat:${id}`]) {
      expect(parseWebchatId(typed)).toBe(id)
    }
    expect(webchatDefinition.idLine?.(id)).toContain(id)
  })

  it('is refused with a code otherwise, for any text', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        if (
          isWebchatId(
            typed
              .trim()
              .toLowerCase()
              .replace(/^webchat:/, ''),
          )
        )
          return
        expect(() => parseWebchatId(typed)).toThrow(
          expect.objectContaining({ code: 'ERR_WEBCHAT_ID_INVALID' }),
        )
      }),
    )
  })
})

describe('classify', () => {
  it('makes a direct message of a well-formed event', () => {
    expect(classifyWebchat(event, account)).toEqual({
      kind: 'dm',
      channel: 'webchat',
      account,
      senderId: id,
      aliases: [],
      replyTo: id,
      messageKey: `${id}:message-1`,
      sentAt: event.at,
      meta: { address: '192.0.2.1' },
      text: 'hello',
    })
  })

  it('ignores whatever else it is given', () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        expect(classifyWebchat(raw, account).kind).toBe('ignore')
      }),
    )
    for (const [key, value] of Object.entries({
      kind: 'edit',
      visitor: '*',
      id: 'x y',
      text: '',
    })) {
      expect(classifyWebchat({ ...event, [key]: value }, account).kind).toBe('ignore')
    }
  })
})

describe('what the owner is shown of a visitor', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0',
      'Edge on Windows',
    ],
    ['x Firefox/1 <script>alert(1)</script>', 'Firefox'],
    ['curl/8.0', undefined],
  ])('is in our words: %s', async (userAgent, browser) => {
    const { chat, received, stop } = startChat()
    const cookie = cookieOf('A'.repeat(43))
    await chat.fetch(
      new Request('http://localhost/chat/messages', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          cookie,
          'user-agent': userAgent,
        },
        body: JSON.stringify({ id: 'message-1', text: 'hello' }),
      }),
      { address: '192.0.2.1' },
    )
    await stop()
    expect(received[0]?.meta).toEqual({
      address: '192.0.2.1',
      ...(browser === undefined ? {} : { browser }),
    })
  })
})

describe('the page', () => {
  const chat = webchat(
    { clock: testClock(), random, sha256, people: door(testClock()).people },
    { mount: '/talk' },
  )
  const get = (path: string, headers: Record<string, string> = {}) =>
    chat.fetch(new Request(`http://localhost${path}`, { headers }), { address: '127.0.0.1' })

  it('is what the files in page/ say', () => {
    const made = execFileSync(process.execPath, [here('page/embed.mjs').pathname, '--print'])
    expect(readFileSync(here('src/page-files.ts'), 'utf8')).toBe(made.toString())
  })

  it('loads everything from below its mount, for ever, and nothing from elsewhere', async () => {
    const html = await (await get('/talk')).text()
    expect(html).not.toContain('{')
    const links = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(links.length).toBeGreaterThan(2)
    for (const link of links) {
      expect(link).toMatch(/^\/talk\/[0-9a-f]{16}\//)
      const response = await get(link)
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toContain('immutable')
    }
  })

  it('is not sent again to a browser that has it', async () => {
    const etag = (await get('/talk')).headers.get('etag') ?? ''
    expect((await get('/talk/', { 'if-none-match': etag })).status).toBe(304)
  })

  it.each(['', 'chat', '/', '/chat/', '/a b', '/a?b', '/../x'])('has no mount like %j', (mount) => {
    const components = { clock: testClock(), random, sha256, people: door(testClock()).people }
    expect(() => webchat(components, { mount })).toThrow(
      expect.objectContaining({ code: 'ERR_WEBCHAT_MOUNT_INVALID' }),
    )
  })
})
