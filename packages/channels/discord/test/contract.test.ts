import type { SenderId } from '@openclaw/pairing-contracts'
import {
  type ChannelHarness,
  channelContract,
  type FarSide,
  passingClock,
} from '@openclaw/pairing-testing'
import { startDiscordEmulator } from '@openclaw-pairing/emulators'
import { realDoor } from '@openclaw-pairing/gate'
import { classifyDiscord, discordDefinition } from '../src/index.ts'
import { account, connectionTo, memoryCursor, clock as wallClock } from './bench.ts'
import { dms, neverPairs, type RawEvent } from './samples.ts'

const TOKEN = 'OTAwMDAwMDAwMDAwMDAwMDAx.GExamp.ExampleExampleExampleExampleExample123'
const person = (who: number): string => `2000000000000001${String(who).padStart(2, '0')}`

async function farSide(): Promise<FarSide<RawEvent>> {
  const clock = passingClock(wallClock)
  const emulator = await startDiscordEmulator({ token: TOKEN, identifyMs: 0, now: clock.now })
  const cursor = memoryCursor()
  const newest = new Map<number, string>()
  return {
    clock,
    connect: async () => connectionTo(emulator, { cursor, options: { clock } }),
    say: async (who, text) => {
      newest.set(who, emulator.message(person(who), text).id)
      return person(who) as SenderId
    },
    repeat: async (who) => emulator.redeliver(newest.get(who) ?? ''),
    deliver: async ({ t, d }) => emulator.push(t, d),
    replyTo: (who) => emulator.directOf(person(who)),
    inbox: (who) =>
      emulator.sent
        .filter(({ channel }) => channel === emulator.directOf(person(who)))
        .map(({ text }) => text),
    sends: (mode) => {
      emulator.clearFaults()
      const method = 'POST /channels/:id/messages'
      if (mode === 'fail') emulator.fault({ method, effect: { kind: 'rate-limit', retryAfter: 0 } })
      if (mode === 'lose-answer')
        emulator.fault({ method, effect: { kind: 'hang', when: 'after' } })
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

const harness: ChannelHarness<RawEvent> = {
  definition: discordDefinition,
  classify: classifyDiscord,
  account,
  dms,
  neverPairs,
  never: {
    own: { none: 'a bot is on no other device; its own messages are those of a bot' },
    group: [
      'a message on a server',
      'a message in a group of direct messages',
      'a message in a thread',
    ],
    edit: ['an edit', 'a message that was edited already', 'a deletion'],
    reaction: ['a reaction'],
    receipt: ['somebody who types'],
    bot: ['a message of another bot', 'a message of a webhook', 'a message of the platform'],
    history: { none: 'what was missed is asked for, message by message, and answered' },
  },
  personal: false,
  door: realDoor(discordDefinition),
  senders: [
    ['200000000000000001', '200000000000000001'],
    [' 200000000000000001 ', '200000000000000001'],
    ['discord:200000000000000001', '200000000000000001'],
    ['DISCORD: 200000000000000001', '200000000000000001'],
    ['user:20000000000000000001', '20000000000000000001'],
    ['<@200000000000000001>', '200000000000000001'],
    ['<@!200000000000000001>', '200000000000000001'],
  ],
  notSenders: [
    ...['ada', '@ada', 'ada#1234', 'Ada Lovelace', 'discord:ada', 'pk:200000000000000001'],
    ...['<@&200000000000000001>', '<#200000000000000001>', 'discord:*', 'discord:', '1234567890'],
    ...['2000000000000000001234', '200000000000000001 200000000000000002', '+31612345678'],
    ...['٢٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠١', 'channel:200000000000000001'],
  ],
  secrets: [TOKEN],
  cannot: {},
  farSide,
}

channelContract('discord', harness)
