import type { SenderId } from '@openclaw/pairing-contracts'
import {
  type ChannelHarness,
  channelContract,
  type FarSide,
  type PassingClock,
  passingClock,
} from '@openclaw/pairing-testing'
import { type SlackEmulator, startSlackEmulator } from '@openclaw-pairing/emulators'
import { realDoor } from '@openclaw-pairing/gate'
import { classifySlack, slackDefinition } from '../src/index.ts'
import { account, connectionTo, memoryCursor, openDoor, PATH, clock as wallClock } from './bench.ts'
import { dms, neverPairs, type RawPayload, TEAM } from './samples.ts'

const BOT_TOKEN = 'xoxb-1000000000-2000000000-ExampleExample'
const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5'
const APP_TOKEN = 'xapp-1-A0EMULATED-3000000000-0123456789abcdef'
const person = (who: number): string => `U0PERSON${String(who)}`

const tokens = { botToken: BOT_TOKEN, appToken: APP_TOKEN, signingSecret: SIGNING_SECRET }

async function bySocket(): Promise<FarSide<RawPayload>> {
  const clock = passingClock(wallClock)
  const emulator = await startSlackEmulator({ ...tokens, team: TEAM, now: clock.now })
  const cursor = memoryCursor()
  return farSide({ emulator, clock }, async () =>
    connectionTo(emulator, { cursor, options: { clock } }),
  )
}

async function byHttp(): Promise<FarSide<RawPayload>> {
  const door = await openDoor()
  const clock = passingClock(wallClock)
  const retryMs = Array<number>(50).fill(100)
  const emulator = await startSlackEmulator({
    now: clock.now,
    ...{ ...tokens, team: TEAM, requestUrl: door.url, retryMs, order: 'conversation' },
  })
  const cursor = memoryCursor()
  const options = { clock, http: { signingSecret: SIGNING_SECRET, path: PATH } }
  const far = farSide({ emulator, clock }, async () => {
    const connection = connectionTo(emulator, { cursor, options })
    door.lead(connection)
    return connection
  })
  const close = async (): Promise<void> => {
    await far.close()
    await door.close()
  }
  return { ...far, close }
}

function farSide(
  { emulator, clock }: { readonly emulator: SlackEmulator; readonly clock: PassingClock },
  connect: FarSide<RawPayload>['connect'],
): FarSide<RawPayload> {
  const newest = new Map<number, string>()
  return {
    clock,
    connect,
    say: async (who, text) => {
      newest.set(who, emulator.message(person(who), text).eventId)
      return person(who) as SenderId
    },
    repeat: async (who) => emulator.redeliver(newest.get(who) ?? ''),
    deliver: async (raw) => void emulator.push(raw),
    replyTo: (who) => emulator.directOf(person(who)),
    inbox: (who) =>
      emulator.sent
        .filter(({ channel }) => channel === emulator.directOf(person(who)))
        .map(({ text }) => text),
    sends: (mode) => {
      emulator.clearFaults()
      const method = 'chat.postMessage'
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

const harness: Omit<ChannelHarness<RawPayload>, 'farSide'> = {
  definition: slackDefinition,
  classify: classifySlack,
  account,
  dms,
  neverPairs,
  never: {
    own: { none: 'a bot is on no other device' },
    group: [
      'a message in a channel',
      'a message in a group conversation',
      'a mention in a channel',
    ],
    edit: ['an edit', 'a message that says it was edited', 'a deletion'],
    reaction: ['a reaction'],
    receipt: { none: 'Slack tells apps of none' },
    bot: ["a bot's message", "a message with a bot's id", 'Slackbot'],
    history: ['an old message'],
  },
  personal: false,
  door: realDoor(slackDefinition),
  senders: [
    ['U012ABCDEF', 'U012ABCDEF'],
    [' u012abcdef ', 'U012ABCDEF'],
    ['slack:U012ABCDEF', 'U012ABCDEF'],
    ['SLACK: u012abcdef', 'U012ABCDEF'],
    ['user:W012ABCDEF', 'W012ABCDEF'],
    ['<@U012ABCDEF>', 'U012ABCDEF'],
    ['<@U012ABCDEF|ada>', 'U012ABCDEF'],
  ],
  notSenders: [
    ...['@ada', 'ada', 'Ada Lovelace', 'slack:ada', 'C012ABCDEF', 'D012ABCDEF', 'G012ABCDEF'],
    ...['U012', 'USLACKBOT', 'U012-ABCDEF', '<@C012ABCDEF>', 'slack:*', 'slack:', 'u0\u0131234567'],
    ...['U012345\u017f', 'U012ABCDEF U012ABCDEG', 'T012ABCDEF', '+31612345678'],
  ],
  secrets: [BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, 'ticket='],
  cannot: {},
}

channelContract('slack over Socket Mode', { ...harness, farSide: bySocket })
channelContract('slack over HTTP', { ...harness, farSide: byHttp })
