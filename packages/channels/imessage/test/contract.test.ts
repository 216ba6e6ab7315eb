import type { SenderId } from '@openclaw/pairing-contracts'
import {
  type ChannelHarness,
  channelContract,
  type FarSide,
  passingClock,
} from '@openclaw/pairing-testing'
import {
  type BlueBubblesMessage,
  imessageHandleOf,
  startBlueBubblesEmulator,
} from '@openclaw-pairing/emulators'
import { realDoor } from '@openclaw-pairing/gate'
import { bluebubblesConnection } from '../src/bluebubbles.ts'
import { classifyBlueBubbles, imessageDefinition } from '../src/index.ts'
import { account, hook, memoryCursor, PATH, quick, random, clock as wallClock } from './bench.ts'
import { dms, neverPairs, type RawEvent } from './samples.ts'
import { vectors } from './vectors.ts'

const PASSWORD = 'correct horse battery staple'
const SECRET = 'a-long-secret-of-the-webhook'
const idOf = (who: number): SenderId => imessageHandleOf(who) as SenderId

const farSide = (way: 'webhook' | 'asked') => async (): Promise<FarSide<RawEvent>> => {
  const clock = passingClock(wallClock)
  const emulator = await startBlueBubblesEmulator({ password: PASSWORD, now: clock.now })
  const gateway = await hook()
  const cursor = memoryCursor()
  const newest = new Map<number, BlueBubblesMessage>()
  const sendFault = (effect: Parameters<typeof emulator.fault>[0]['effect']): void => {
    emulator.fault({ path: '/api/v1/message/text', effect })
    emulator.fault({ path: '/api/v1/chat/new', effect })
  }
  return {
    clock,
    connect: async () => {
      const connection = bluebubblesConnection({
        ...{ serverUrl: emulator.url, password: PASSWORD, account, cursor, clock, random },
        ...{ webhookPath: PATH, webhookSecret: SECRET, timing: quick },
        ...(way === 'webhook' && { webhookUrl: gateway.url }),
      })
      gateway.lead(connection)
      return connection
    },
    say: async (who, text) => {
      newest.set(who, emulator.message(who, text))
      return idOf(who)
    },
    repeat: async (who) => {
      const data = newest.get(who)
      if (data !== undefined) emulator.push({ type: 'new-message', data })
    },
    deliver: async (event) => emulator.push(event),
    replyTo: (who) => `iMessage;-;${idOf(who)}`,
    inbox: (who) => emulator.sent.filter(({ to }) => to === idOf(who)).map(({ text }) => text),
    sends: (mode) => {
      emulator.clearFaults()
      if (mode === 'fail') sendFault({ kind: 'html', status: 429 })
      if (mode === 'lose-answer') sendFault({ kind: 'hang', when: 'after' })
      for (const who of [0, 1]) {
        if (mode === 'refuse') emulator.unregister(idOf(who))
        else emulator.register(idOf(who))
      }
    },
    cut: async () => {
      await emulator.pause()
      setTimeout(() => void emulator.resume(), 200)
    },
    close: async () => {
      await gateway.close()
      await emulator.close()
    },
  }
}

const harness = (way: 'webhook' | 'asked'): ChannelHarness<RawEvent> => ({
  definition: imessageDefinition,
  classify: classifyBlueBubbles,
  account,
  dms,
  neverPairs,
  never: {
    own: ['our own message', 'a message of an unknown side', 'the echo of our send'],
    group: ['a group by its style', 'a group by its id', 'a message in a group and another chat'],
    edit: ['an edit', 'an edited message', 'a message that was taken back'],
    reaction: ['a tapback by number', 'a tapback by name', 'a tapback by its message'],
    receipt: ['a receipt', 'a read mark of a chat', 'a typing sign'],
    bot: ['an automatic answer', 'a business chat', 'an SMS of a company'],
    history: { none: 'the server tells of each message as of a new one; its time says more' },
  },
  personal: true,
  door: realDoor(imessageDefinition),
  senders: vectors.senders,
  notSenders: vectors.refused,
  secrets: [PASSWORD, encodeURIComponent(PASSWORD), SECRET],
  cannot: {},
  farSide: farSide(way),
})

channelContract('iMessage through BlueBubbles', harness('webhook'))
channelContract('iMessage through BlueBubbles, without a webhook', harness('asked'))
