import type { SenderId } from '@openclaw/pairing-contracts'
import {
  type ChannelHarness,
  channelContract,
  type FarSide,
  passingClock,
} from '@openclaw/pairing-testing'
import {
  type ImsgMessage,
  imsgChatOf,
  imsgNumberOf,
  startImsgEmulator,
} from '@openclaw-pairing/emulators'
import { realDoor } from '@openclaw-pairing/gate'
import { classifyImsg, imsgConnection } from '../src/imsg.ts'
import { imessageDefinition } from '../src/index.ts'
import { account, env, memoryCursor, quick, random, clock as wallClock } from './imsg-bench.ts'
import { dms, neverPairs, type RawRow } from './imsg-samples.ts'

const idOf = (who: number): SenderId => imsgNumberOf(who) as SenderId

async function farSide(): Promise<FarSide<RawRow>> {
  const clock = passingClock(wallClock)
  const emulator = await startImsgEmulator({ now: clock.now })
  const cursor = memoryCursor()
  const newest = new Map<number, ImsgMessage>()
  return {
    clock,
    connect: async () => {
      const { cliPath } = emulator
      return imsgConnection({ cliPath, account, cursor, clock, random, env, timing: quick })
    },
    say: async (who, text) => {
      newest.set(who, emulator.message(who, text))
      return idOf(who)
    },
    repeat: async (who) => emulator.redeliver(newest.get(who)?.['guid']),
    // What a sample lacks is not filled in.
    deliver: async ({ id: _, ...row }) =>
      void emulator.push({ guid: undefined, created_at: undefined, ...row }),
    replyTo: imsgChatOf,
    inbox: (who) =>
      emulator.sent.filter(({ chatGuid }) => chatGuid === imsgChatOf(who)).map(({ text }) => text),
    sends: (mode) => {
      emulator.clearFaults()
      const send = 'send'
      if (mode === 'fail')
        emulator.fault({
          method: send,
          effect: { kind: 'error', code: -32_000, message: 'Server busy' },
        })
      if (mode === 'lose-answer')
        emulator.fault({ method: send, effect: { kind: 'hang', when: 'after' } })
      for (const who of [0, 1]) {
        if (mode === 'refuse') emulator.unregister(idOf(who))
        else emulator.register(idOf(who))
      }
    },
    cut: async () => {
      emulator.pause()
      emulator.kill()
      setTimeout(emulator.resume, 200)
    },
    close: emulator.close,
  }
}

const harness: ChannelHarness<RawRow> = {
  definition: imessageDefinition,
  classify: classifyImsg,
  account,
  dms,
  neverPairs,
  never: {
    own: ['our own message', 'a message of which it is not said whose'],
    group: ['a group', 'a group by its guid', 'a chat with several people'],
    edit: ['an edit', 'a message that was taken back'],
    reaction: ['a tapback', 'a tapback by what it is about', 'a tapback by its type'],
    receipt: { none: 'imsg tells of messages alone' },
    bot: ['a short code', 'the name of a company'],
    history: { none: 'imsg tells of each row as of a new one; its time says more' },
  },
  personal: true,
  door: realDoor(imessageDefinition),
  senders: [['+1 (555) 123-4567', '+15551234567']],
  notSenders: ['262966'],
  secrets: [],
  cannot: {},
  patienceMs: 15_000,
  farSide,
}

channelContract('imessage, through imsg', harness)
