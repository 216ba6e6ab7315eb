import type { SenderId } from '@openclaw/pairing-contracts'
import {
  type ChannelHarness,
  channelContract,
  type FarSide,
  passingClock,
} from '@openclaw/pairing-testing'
import {
  type ReceivedEvent,
  type SignalFaultEffect,
  signalNumberOf,
  startSignalEmulator,
} from '@openclaw-pairing/emulators'
import { realDoor } from '@openclaw-pairing/gate'
import { classifySignal, signalDefinition } from '../src/index.ts'
import { signalConnection } from '../src/transport.ts'
import { account, memoryCursor, quick, random, until, clock as wallClock } from './bench.ts'
import { dms, neverPairs, type RawEvent } from './samples.ts'

const idOf = (who: number): SenderId => signalNumberOf(who) as SenderId

const farSide = (numbered: boolean) => async (): Promise<FarSide<RawEvent>> => {
  const clock = passingClock(wallClock)
  const emulator = await startSignalEmulator({ numbered, now: clock.now })
  const cursor = memoryCursor()
  const newest = new Map<number, ReceivedEvent>()
  let running = 0
  const sendFault = (effect: SignalFaultEffect): void => emulator.fault({ method: 'send', effect })
  return {
    clock,
    connect: async () => {
      const options = { httpUrl: emulator.url, account, cursor, clock, random, timing: quick }
      const connection = signalConnection(options)
      return {
        ...connection,
        run: (host, signal) => {
          running += 1
          return connection.run(host, signal).finally(() => (running -= 1))
        },
      }
    },
    say: async (who, text) => {
      // What the daemon writes to a link that went just now is lost; this is about what comes later.
      await until(() => emulator.listeners() <= running, 'the end of the stream')
      newest.set(who, emulator.message(who, text))
      return idOf(who)
    },
    repeat: async (who) => {
      const event = newest.get(who)
      if (event !== undefined) emulator.push(event)
    },
    deliver: async (raw) => emulator.push(raw),
    replyTo: idOf,
    inbox: (who) => emulator.sent.filter(({ to }) => to === idOf(who)).map(({ text }) => text),
    sends: (mode) => {
      emulator.clearFaults()
      if (mode === 'fail') sendFault({ kind: 'result', type: 'RATE_LIMIT_FAILURE' })
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
    close: emulator.close,
  }
}

const UUID = '3f0c6e7a-1b2c-4d5e-8f90-a1b2c3d4e5f6'

const harness = (numbered: boolean): ChannelHarness<RawEvent> => ({
  definition: signalDefinition,
  classify: classifySignal,
  account,
  dms,
  neverPairs,
  never: {
    own: ['a message sent from another device of this account', 'a note to oneself'],
    group: ['a group message'],
    edit: ['an edit', 'an edit beside a message'],
    reaction: ['a reaction'],
    receipt: ['a receipt', 'typing'],
    bot: { none: 'Signal has no bots' },
    history: { none: 'a linked device of signal-cli gets none' },
  },
  personal: true,
  door: realDoor(signalDefinition),
  senders: [
    ['+15551234567', '+15551234567'],
    [' +1 (555) 123-4567 ', '+15551234567'],
    ['signal:+15551234567', '+15551234567'],
    ['Signal: +1.555.123.4567', '+15551234567'],
    [UUID, `uuid:${UUID}`],
    [`uuid:${UUID}`, `uuid:${UUID}`],
    [`UUID:${UUID.toUpperCase()}`, `uuid:${UUID}`],
    [`signal:uuid:${UUID}`, `uuid:${UUID}`],
  ],
  notSenders: [
    ...['alice.42', '@alice', 'u:alice.42', `PNI:${UUID}`, 'signal:*', 'signal:', 'uuid:'],
    ...[
      '15551234567',
      '+0155512345',
      '+1',
      '+１５５５１２３４５６７',
      '+1555123456789012',
      `${UUID}0`,
    ],
  ],
  secrets: [],
  cannot: {},
  farSide: farSide(numbered),
})

channelContract('signal', harness(false))
channelContract('signal, events with numbers', harness(true))
