import type { SenderId } from '@openclaw/pairing-contracts'
import {
  type ChannelHarness,
  channelContract,
  type FarSide,
  passingClock,
} from '@openclaw/pairing-testing'
import { startWhatsappEmulator, whatsappNumberOf } from '@openclaw-pairing/emulators'
import { realDoor } from '@openclaw-pairing/gate'
import { classifyCloud, whatsappDefinition } from '../src/index.ts'
import {
  account,
  connectionTo,
  memoryCursor,
  openDoor,
  VERIFY_TOKEN,
  clock as wallClock,
} from './bench.ts'
import { dms, neverPairs, PHONE_NUMBER_ID, type RawChange } from './samples.ts'
import senderVectors from './senders.json' with { type: 'json' }

const ACCESS_TOKEN = 'EAAexampleexampleexampleexample'
const APP_SECRET = '0123456789abcdef0123456789abcdef'

async function farSide(): Promise<FarSide<RawChange>> {
  const secrets = { accessToken: ACCESS_TOKEN, appSecret: APP_SECRET }
  const clock = passingClock(wallClock)
  const emulator = await startWhatsappEmulator({
    now: clock.now,
    ...secrets,
    ...{ phoneNumberId: PHONE_NUMBER_ID, retryMs: 20, maxRetryMs: 100 },
  })
  const door = await openDoor()
  emulator.callback(door.url)
  const cursor = memoryCursor()
  const newest = new Map<number, string>()
  return {
    clock,
    connect: async () => {
      const connection = connectionTo(emulator, { cursor, options: { clock } })
      door.lead(connection)
      return connection
    },
    say: async (who, text) => {
      newest.set(who, emulator.message(who, text).id)
      return whatsappNumberOf(who) as SenderId
    },
    repeat: async (who) => emulator.redeliver(newest.get(who) ?? ''),
    deliver: async (raw) => emulator.push(raw),
    replyTo: whatsappNumberOf,
    inbox: (who) =>
      emulator.sent.filter(({ to }) => `+${to}` === whatsappNumberOf(who)).map(({ text }) => text),
    sends: (mode) => {
      emulator.clearFaults()
      const method = 'messages'
      if (mode === 'fail') emulator.fault({ method, effect: { kind: 'error', code: 130_429 } })
      if (mode === 'lose-answer')
        emulator.fault({ method, effect: { kind: 'hang', when: 'after' } })
      for (const who of [0, 1]) {
        if (mode === 'refuse') emulator.refuse(whatsappNumberOf(who), 131_026)
        else emulator.take(whatsappNumberOf(who))
      }
    },
    cut: async () => {
      await emulator.pause()
      setTimeout(() => void emulator.resume(), 200)
    },
    close: async () => {
      await emulator.close()
      await door.close()
    },
  }
}

const { senders, refused } = senderVectors

const harness: ChannelHarness<RawChange> = {
  definition: whatsappDefinition,
  classify: (raw, whose) => classifyCloud(raw, whose, PHONE_NUMBER_ID),
  account,
  dms,
  neverPairs,
  never: {
    own: ['our own message', 'an echo of the business app'],
    group: ['a message in a group'],
    edit: ['an edit', 'a deletion'],
    reaction: ['a reaction'],
    receipt: ['a receipt'],
    bot: { none: 'a business number is written to by people' },
    history: ['history'],
  },
  personal: false,
  door: realDoor(whatsappDefinition, { transport: 'cloud' }),
  senders: senders as [string, string][],
  notSenders: [...refused, 'whatsapp:*', 'whatsapp:', '@alice', 'Alice Liddell'],
  secrets: [ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN],
  cannot: {},
  farSide,
}

channelContract('whatsapp, Cloud API', harness)
