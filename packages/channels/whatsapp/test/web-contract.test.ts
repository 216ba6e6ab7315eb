import type { SenderId } from '@openclaw/pairing-contracts'
import { type ChannelHarness, channelContract, type FarSide } from '@openclaw/pairing-testing'
import { type WaMessage, waJidOf, waNumberOf } from '@openclaw-pairing/emulators'
import { afterEach } from 'vitest'
import { whatsappDefinition } from '../src/index.ts'
import { classifyWeb } from '../src/web/classify.ts'
import { webConnection } from '../src/web.ts'
import { account, closeAll, emulate, linkedSession, memoryCursor, optionsOf } from './web/bench.ts'
import { dms, neverPairs, type RawEvent } from './web/samples.ts'

afterEach(closeAll)

const idOf = (who: number): SenderId => waNumberOf(who) as SenderId
const jidOf = (who: number): string => waJidOf(waNumberOf(who))

async function farSide(): Promise<FarSide<RawEvent>> {
  const emulator = await emulate()
  const session = await linkedSession(emulator)
  const cursor = memoryCursor()
  const newest = new Map<number, WaMessage>()
  return {
    connect: async () => webConnection(await optionsOf({ emulator, session, cursor })),
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
