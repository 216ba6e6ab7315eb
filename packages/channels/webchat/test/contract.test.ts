import type { AccountId, EpochMs, SenderId } from '@openclaw/pairing-contracts'
import { channelContract, type FarSide, passingClock } from '@openclaw/pairing-testing'
import { realDoor } from '@openclaw-pairing/gate'
import {
  classifyWebchat,
  type Webchat,
  type WebchatEvent,
  webchat,
  webchatDefinition,
} from '../src/index.ts'
import { cookieKey, random, serve, sha256 } from './support.ts'
import { visitor } from './visitor.ts'

const account = 'default' as AccountId
const id = `web-${'0123456789abcdef'.repeat(2)}` as SenderId
const event: WebchatEvent = {
  kind: 'message',
  visitor: id,
  id: 'message-1',
  text: 'hello',
  at: 1_800_000_000_000 as EpochMs,
  meta: { address: '192.0.2.1', browser: 'Firefox on Linux' },
}

/** The cookie of the n-th visitor; known, so that the suite can look for it. */
const cookieBytes = (n: number): Uint8Array => new Uint8Array(32).fill(n + 1)
const cookies = [0, 1, 2].map((n) => Buffer.from(cookieBytes(n)).toString('base64url'))

/** People with pages open in their browsers, over real HTTP; the web chat is its own platform. */
async function farSide(): Promise<FarSide<unknown>> {
  const clock = passingClock({ now: () => Date.now() as EpochMs })
  let chat: Webchat | undefined
  let drawn = 0
  let arrived = 0
  const server = await serve(() => {
    arrived += 1
    return chat
  })
  const drawing = (length: number): Uint8Array =>
    length === 32 ? cookieBytes(drawn++) : random(length)
  const pages: Page[] = []
  const page = async (who: number): Promise<Page> =>
    (pages[who] ??= await openPage(server.origin, who))
  const posted = async (post: () => Promise<unknown>): Promise<void> => {
    const before = arrived
    // As the page does: a post on a link that was just cut is posted again.
    const again = (): void => void post().catch(() => arrived === before && setTimeout(again, 20))
    again()
    while (arrived === before) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return {
    clock,
    connect: async () => {
      const people = {
        stateOf: async () => ({ state: 'none' as const }),
        pendingFrom: async () => 0,
        turnedAway: () => {},
      }
      chat = webchat({
        clock,
        random: drawing,
        sha256,
        cookieKey,
        people,
      })
      for (let who = 0; who < 2; who += 1) await page(who)
      return chat.connection
    },
    say: async (who, text) => {
      const one = await page(who)
      await one.keep()
      const messageId = `message-${String(arrived)}`
      await posted(() => one.browser.say(text, messageId))
      one.last = { text, messageId }
      return one.id
    },
    repeat: async (who) => {
      const { browser, last } = await page(who)
      await posted(() => browser.say(last.text, last.messageId))
    },
    deliver: async (raw) => {
      const { browser } = await page(0)
      const response = await browser.call('/messages', JSON.stringify(raw))
      await response.body?.cancel()
    },
    replyTo: (who) => pages[who]?.id ?? '',
    inbox: (who) => pages[who]?.inbox() ?? [],
    sends: () => {},
    cut: async () => server.cut(),
    close: async () => {
      for (const { browser } of pages) browser.leave()
      await server.close()
    },
  }
}

interface Page {
  readonly browser: ReturnType<typeof visitor>
  readonly id: SenderId
  readonly inbox: () => readonly string[]
  /** Opens the stream when it is not open. */
  readonly keep: () => Promise<void>
  last: { text: string; messageId: string }
}

async function openPage(origin: string, who: number): Promise<Page> {
  const browser = visitor(origin, { 'x-test-address': `192.0.2.${String(who + 1)}` })
  const id = await browser.session()
  const inbox = () =>
    browser.events
      .filter(({ data }) => data['from'] === 'bot')
      .map(({ data }) => String(data['text']))
  const keep = async (): Promise<void> => {
    if (!browser.isListening()) await browser.listen()
  }
  return { browser, id, keep, inbox, last: { text: '', messageId: '' } }
}

const keeps =
  'the platform is the gateway itself: while nothing runs, only an open page keeps a message'
const only = 'a page sends texts alone'
const simple = 'a send only puts the text into the memory that the page reads'

channelContract<unknown>('webchat', {
  definition: webchatDefinition,
  classify: classifyWebchat,
  account,
  dms: [
    { name: 'a text', raw: event, senderId: id, text: 'hello' },
    {
      name: 'a long text',
      raw: { ...event, text: 'x'.repeat(4_000) },
      senderId: id,
      text: 'x'.repeat(4_000),
    },
    { name: 'several lines', raw: { ...event, text: 'a\n\nb' }, senderId: id, text: 'a\n\nb' },
  ],
  neverPairs: [
    { name: 'an unknown kind', raw: { ...event, kind: 'edit' } },
    { name: 'a kind of tomorrow', raw: { ...event, reaction: '👍' } },
    { name: 'a visitor who is none', raw: { ...event, visitor: '*' } },
    { name: 'no text', raw: { ...event, text: '' } },
    { name: 'only spaces', raw: { ...event, text: ' \n\t' } },
    { name: 'a text beyond the limit', raw: { ...event, text: 'x'.repeat(4_001) } },
    { name: 'an id with a path', raw: { ...event, id: '../x' } },
    { name: 'no object', raw: 'hello' },
  ],
  never: {
    own: { none: "what is written on the page is a visitor's" },
    group: { none: only },
    edit: ['an unknown kind'],
    reaction: ['a kind of tomorrow'],
    receipt: { none: only },
    bot: { none: 'a page cannot tell, so visitors are limited by address' },
    history: { none: 'the page shows it, and sends none' },
  },
  personal: false,
  door: realDoor(webchatDefinition),
  senders: [
    [id, id],
    [` ${id.toUpperCase()} `, id],
    [`webchat:${id}`, id],
  ],
  notSenders: ['web-', 'web-123', `${id}0`, 'alice', `telegram:${id}`, '../../etc/passwd', 'web-*'],
  secrets: cookies,
  cannot: { offline: keeps, refuse: simple, fail: simple, 'lose-answer': simple },
  farSide,
})
