import type { SenderId } from '@openclaw/pairing-contracts'
import {
  type ChannelHarness,
  channelContract,
  type FarSide,
  passingClock,
} from '@openclaw/pairing-testing'
import { startTelegramEmulator } from '@openclaw-pairing/emulators'
import { realDoor } from '@openclaw-pairing/gate'
import { classifyTelegram, telegramDefinition } from '../src/index.ts'
import { telegramConnection } from '../src/transport.ts'
import { account, memoryCursor, quick, random, clock as wallClock } from './bench.ts'
import { dms, neverPairs, type RawUpdate } from './samples.ts'

const TOKEN = '1234567890:AAExampleExampleExampleExampleExample'
const person = (who: number): number => 200_001 + who

async function farSide(): Promise<FarSide<RawUpdate>> {
  const clock = passingClock(wallClock)
  const emulator = await startTelegramEmulator({ token: TOKEN, now: clock.now })
  const cursor = memoryCursor()
  const newest = new Map<number, number | undefined>()
  const sendFault = (effect: Parameters<typeof emulator.fault>[0]['effect']): void =>
    emulator.fault({ method: 'sendMessage', effect })
  return {
    clock,
    connect: async () =>
      telegramConnection({
        ...{ token: TOKEN, apiRoot: emulator.url, account, cursor, clock, random },
        timing: quick,
      }),
    say: async (who, text) => {
      const { updateId } = emulator.message(person(who), text)
      newest.set(who, updateId)
      return String(person(who)) as SenderId
    },
    repeat: async (who) => {
      const updateId = newest.get(who)
      if (updateId !== undefined) emulator.redeliver(updateId)
    },
    deliver: async (raw) => void emulator.push(raw),
    replyTo: (who) => String(person(who)),
    inbox: (who) =>
      emulator.sent.filter(({ chatId }) => chatId === person(who)).map(({ text }) => text),
    sends: (mode) => {
      emulator.clearFaults()
      if (mode === 'fail') sendFault({ kind: 'rate-limit', retryAfter: 0 })
      if (mode === 'lose-answer') sendFault({ kind: 'hang', when: 'after' })
      for (const who of [0, 1]) {
        if (mode === 'refuse') emulator.block(person(who))
        else emulator.unblock(person(who))
      }
    },
    cut: async () => {
      await emulator.pause()
      setTimeout(() => void emulator.resume(), 200)
    },
    close: emulator.close,
  }
}

const harness: ChannelHarness<RawUpdate> = {
  definition: telegramDefinition,
  classify: classifyTelegram,
  account,
  dms,
  neverPairs,
  never: {
    own: { none: 'a bot is on no other device' },
    group: ['a group message', 'a message in a small group', 'a channel message'],
    edit: ['an edit', 'a message that was edited before we saw it', 'an edited channel post'],
    reaction: ['a reaction'],
    receipt: { none: 'Telegram tells bots of none' },
    bot: ['a message of a bot', 'a message in the name of a chat'],
    history: { none: 'Telegram keeps what is new for a day, and tells bots of nothing older' },
  },
  personal: false,
  door: realDoor(telegramDefinition),
  senders: [
    ['100001', '100001'],
    [' 100001 ', '100001'],
    ['telegram:100001', '100001'],
    ['Telegram:100001', '100001'],
    ['tg:100001', '100001'],
    ['TG: 100001', '100001'],
    ['4503599627370495', '4503599627370495'],
  ],
  notSenders: [
    ...['@alice_t', 'alice_t', 'telegram:@alice_t', '-100200', '-5', 'telegram:*', 'tg:', '0'],
    ...['007', '1e5', '0x10', '12345678901234567', '100001 100002', '１２３', '+31612345678'],
  ],
  secrets: [TOKEN, TOKEN.split(':')[1] ?? ''],
  cannot: {},
  farSide,
}

channelContract('telegram', harness)
