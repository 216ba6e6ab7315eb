import type { SenderId } from '@openclaw/pairing-contracts'
import {
  type ChannelHarness,
  channelContract,
  type FarSide,
  passingClock,
} from '@openclaw/pairing-testing'
import { type WaMessage, waJidOf, waNumberOf } from '@openclaw-pairing/emulators'
import { realDoor } from '@openclaw-pairing/gate'
import { afterEach } from 'vitest'
import { whatsappDefinition } from '../src/index.ts'
import { classifyWeb } from '../src/web/classify.ts'
import { webConnection } from '../src/web.ts'
import {
  account,
  closeAll,
  emulate,
  linkedSession,
  memoryCursor,
  optionsOf,
  clock as wallClock,
} from './web/bench.ts'
import { dms, neverPairs, type RawEvent } from './web/samples.ts'

afterEach(closeAll)

const idOf = (who: number): SenderId => waNumberOf(who) as SenderId
const jidOf = (who: number): string => waJidOf(waNumberOf(who))

async function farSide(): Promise<FarSide<RawEvent>> {
  const clock = passingClock(wallClock)
  const emulator = await emulate({ now: clock.now })
  const session = await linkedSession(emulator)
  const cursor = memoryCursor()
  const newest = new Map<number, WaMessage>()
  return {
    clock,
    connect: async () =>
      webConnection(await optionsOf({ emulator, session, cursor, options: { clock } })),
    say: (who, text) => {
      newest.set(who, emulator.message(who, text))
      return Promise.resolve(idOf(who))
    },
    repeat: async (who) => {
      const message = newest.get(who)
      if (message !== undefined) emulator.upsert('notify', [message])
    },
    deliver: async ({ type, message }) => emulator.upsert(String(type), [message as WaMessage]),
    replyTo: jidOf,
    inbox: (who) => emulator.sent.filter(({ jid }) => jid === jidOf(who)).map(({ text }) => text),
    sends: (mode) => {
      if (mode === 'take') emulator.sends({ kind: 'take' })
      if (mode === 'refuse') emulator.sends({ kind: 'error', code: '463' })
      if (mode === 'fail') emulator.sends({ kind: 'error', code: '429' })
      if (mode === 'lose-answer') emulator.sends({ kind: 'lose-answer' })
    },
    cut: async () => {
      await emulator.pause()
      setTimeout(() => void emulator.resume(), 200)
    },
    close: emulator.close,
  }
}

const harness: ChannelHarness<RawEvent> = {
  definition: whatsappDefinition,
  classify: classifyWeb,
  account,
  dms,
  neverPairs,
  never: {
    own: ['our own message from the phone', 'an echo of ours, caught up'],
    group: ['a message in a group', 'a status', 'a broadcast list', 'a channel'],
    edit: ['an edit', 'an edit in the newer form', 'an edit that is encrypted', 'a deletion'],
    reaction: ['a reaction', 'an encrypted reaction', 'a vote'],
    receipt: { none: 'the library tells of receipts apart from messages' },
    bot: ['Meta AI', 'Meta AI by its number', 'WhatsApp itself'],
    history: ['history', 'a batch of another kind'],
  },
  personal: true,
  door: realDoor(whatsappDefinition),
  senders: [
    ['+15551234567', '+15551234567'],
    ['whatsapp:+1 (555) 123-4567', '+15551234567'],
    ['LID:99887766554433', 'lid:99887766554433'],
    ['15551234567:3@s.whatsapp.net', '+15551234567'],
    ['99887766554433@lid', 'lid:99887766554433'],
  ],
  notSenders: ['15551234567', '120363000000000000@g.us', 'status@broadcast', 'Alice', 'lid:'],
  secrets: ['SECRET-OF-A-SESSION'],
  cannot: {},
  farSide,
}

channelContract('whatsapp, as a linked device', harness)
