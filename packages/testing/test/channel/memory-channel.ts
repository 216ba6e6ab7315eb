import {
  type AccountId,
  type ChannelConnection,
  type ChannelDefinition,
  type ChannelName,
  type ChannelStatus,
  type Classify,
  type EpochMs,
  type InboundDm,
  OpenClawError,
  type OutboundText,
  type SenderId,
  type SendOutcome,
} from '@openclaw/pairing-contracts'
import {
  type ChannelHarness,
  type FarSide,
  type PassingClock,
  passingClock,
  type SendMode,
} from '../../src/index.ts'
import { simpleDoor } from './simple-door.ts'

/** What can be wrong with an adapter; each has a test of the suite that says so. */
export type Bug =
  | ('none' | 'bots-pair' | 'throws-on-junk' | 'impure' | 'lenient-ids' | 'uncoded-refusal')
  | ('repeats' | 'repeats-in-work' | 'unordered' | 'one-at-a-time' | 'drops-rejected')
  | ('forgets-backlog' | 'never-stops' | 'offers-after-stop' | 'ignores-abort' | 'stays-cut')
  | ('sends-again' | 'calls-it-sent' | 'cuts-text' | 'leaks' | 'floods' | 'swaps')
  | ('ageless' | 'drops-late' | 'own-pairs' | 'answers-twice')

export interface Raw {
  readonly from: number
  readonly bot?: boolean
  readonly own?: boolean
  readonly id: number
  readonly at?: number
  readonly text: string
}

const NAME = 'memory' as ChannelName
const SECRET = 'a-secret-of-this-channel'
const account = 'default' as AccountId

class NotAPerson extends OpenClawError {
  override readonly name = 'NotAPerson'
  override readonly code = 'ERR_MEMORY_SENDER_INVALID'
  constructor() {
    super('not the number of a person', { hint: 'use a number, such as 7' })
  }
}

const definitionWith = (bug: Bug, personal: boolean): ChannelDefinition => ({
  name: NAME,
  idLabel: 'memoryId',
  idLine: (id) => `Your id: ${id}`,
  personal,
  idempotentSend: false,
  parseSender: (typed) => {
    const id = typed.trim()
    if (bug === 'lenient-ids' || /^[1-9]\d{0,8}$/.test(id)) return id as SenderId
    throw bug === 'uncoded-refusal' ? new Error('no') : new NotAPerson()
  },
})

let calls = 0

function classifyWith(bug: Bug): Classify<Raw> {
  return (raw, account) => {
    if (bug === 'throws-on-junk') void (raw as { text: string }).text.length
    const { from, bot, own, id, at = 0, text } = (raw ?? {}) as Partial<Raw>
    const isPerson = Number.isSafeInteger(from) && Number(from) > 0 && Number(from) < 1e9
    if (!isPerson || !Number.isSafeInteger(id) || typeof text !== 'string') {
      return { kind: 'ignore', why: 'not a message' }
    }
    if (bot !== undefined && bug !== 'bots-pair') return { kind: 'ignore', why: 'a bot' }
    if (own !== undefined && bug !== 'own-pairs') return { kind: 'ignore', why: 'our own' }
    calls += 1
    return {
      kind: 'dm',
      ...{ channel: NAME, account, senderId: String(from) as SenderId, aliases: [], meta: {} },
      ...{ replyTo: String(from), messageKey: String(id), text },
      sentAt: (bug === 'impure' ? calls : Number.isSafeInteger(at) ? at : 0) as EpochMs,
    }
  }
}

/** The platform: keeps messages until the connection took them, and pushes them. */
interface Platform {
  readonly clock: PassingClock
  readonly waiting: Raw[]
  readonly inboxes: Map<string, string[]>
  /** What outlives a connection. */
  readonly handled: Set<string>
  push: (() => void) | undefined
  /** One at a time. */
  sending: Promise<unknown>
  mode: SendMode
  down: boolean
}

function connectionOf(bug: Bug, platform: Platform): ChannelConnection {
  const classify = classifyWith(bug)
  let status: ChannelStatus = { state: 'stopped', since: 0 as EpochMs }
  const set = (state: ChannelStatus['state']): void => {
    status = { ...status, state }
  }
  return {
    channel: NAME,
    account,
    status: () => status,
    send: (message) => {
      const sent = bug === 'floods' ? undefined : platform.sending
      const outcome = (sent ?? Promise.resolve()).then(() => send(bug, platform, message))
      platform.sending = outcome
      return outcome
    },
    run: (host, signal) =>
      new Promise((resolve) => {
        const lanes = new Map<string, Promise<void>>()
        const begun = new Set<string>()
        const end = (): void => {
          if (bug !== 'offers-after-stop') platform.push = undefined
          set('stopped')
          if (bug !== 'never-stops') resolve()
        }
        const handle = async (raw: Raw, inbound: InboundDm): Promise<void> => {
          const { messageKey: key } = inbound
          if (platform.handled.has(key) && bug !== 'repeats' && bug !== 'repeats-in-work') return
          for (let left = true; left && (!signal.aborted || bug === 'offers-after-stop'); ) {
            left = await host.onMessage(inbound).then(
              () => false,
              () => bug !== 'drops-rejected',
            )
          }
          if (signal.aborted) return void platform.waiting.unshift(raw)
          platform.handled.add(key)
        }
        platform.push = (): void => {
          if (platform.down) return
          for (const raw of platform.waiting.splice(0)) {
            const found = classify(raw, account)
            const heldMs = found.kind === 'dm' ? platform.clock.now() - found.sentAt : 0
            if (bug === 'drops-late' && heldMs > 60_000 && raw.at !== undefined) continue
            const isHeld = bug !== 'ageless' && raw.at !== undefined
            const inbound = found.kind === 'dm' && isHeld ? { ...found, heldMs } : found
            if (inbound.kind !== 'dm') {
              host.onIgnored(inbound)
              continue
            }
            // Only what is already handled is recognised, not what is under way.
            const seen = bug === 'repeats-in-work' ? platform.handled : begun
            if (seen.has(inbound.messageKey) && bug !== 'repeats') continue
            begun.add(inbound.messageKey)
            status = { ...status, lastMessageAt: 1 as EpochMs }
            const lane = bug === 'one-at-a-time' ? 'all' : inbound.replyTo
            const before = bug === 'unordered' ? undefined : lanes.get(lane)
            const work = (before ?? Promise.resolve()).then(() => handle(raw, inbound))
            lanes.set(lane, work)
            const interrupt = (): void => {
              if (!platform.handled.has(inbound.messageKey)) platform.waiting.push(raw)
            }
            if (bug !== 'forgets-backlog') signal.addEventListener('abort', interrupt)
          }
        }
        if (signal.aborted && bug !== 'ignores-abort') return end()
        set('connected')
        host.log('info', 'connected', bug === 'leaks' ? { token: SECRET } : {})
        if (bug === 'forgets-backlog') platform.waiting.length = 0
        platform.push()
        signal.addEventListener('abort', end)
      }),
  }
}

async function send(bug: Bug, platform: Platform, message: OutboundText): Promise<SendOutcome> {
  const inbox = platform.inboxes.get(message.to) ?? []
  platform.inboxes.set(message.to, inbox)
  const takes = platform.mode === 'take' || platform.mode === 'lose-answer'
  const text = bug === 'cuts-text' ? message.text.slice(0, 4_000) : message.text
  if (takes && bug === 'swaps' && inbox.length > 1) inbox.splice(-1, 0, text)
  else if (takes) inbox.push(text)
  if (platform.mode === 'lose-answer') await new Promise((resolve) => setTimeout(resolve, 200))
  if (bug === 'answers-twice' && takes) inbox.push(text)
  if (bug === 'sends-again' && platform.mode === 'lose-answer') inbox.push(text)
  if (platform.mode === 'take' || bug === 'calls-it-sent') return { outcome: 'sent' }
  const outcome = { refuse: 'refused', fail: 'failed', 'lose-answer': 'unknown' } as const
  return { outcome: outcome[platform.mode], reason: 'the platform said so' }
}

async function farSide(bug: Bug): Promise<FarSide<Raw>> {
  const platform: Platform = {
    clock: passingClock({ now: () => Date.now() as EpochMs }),
    ...{ waiting: [], inboxes: new Map(), handled: new Set() },
    ...{ push: undefined, mode: 'take', down: false, sending: Promise.resolve() },
  }
  const newest = new Map<number, Raw>()
  let id = 0
  const deliver = async (raw: Raw): Promise<void> => {
    platform.waiting.push(raw)
    setTimeout(() => platform.push?.(), 1)
  }
  return {
    clock: platform.clock,
    connect: async () => connectionOf(bug, platform),
    say: async (who, text) => {
      id += 1
      const raw = { from: who + 1, id, at: platform.clock.now(), text }
      newest.set(who, raw)
      await deliver(raw)
      return String(who + 1) as SenderId
    },
    repeat: async (who) => {
      const raw = newest.get(who)
      if (raw) await deliver(raw)
    },
    deliver,
    replyTo: (who) => String(who + 1),
    inbox: (who) => platform.inboxes.get(String(who + 1)) ?? [],
    sends: (mode) => {
      platform.mode = mode
    },
    cut: async () => {
      platform.down = true
      if (bug === 'stays-cut') return
      setTimeout(() => {
        platform.down = false
        platform.push?.()
      }, 50)
    },
    close: async () => {
      platform.push = undefined
    },
  }
}

const none = 'memory has no such thing'

/** A channel without a network: the platform pushes, as one with webhooks does. */
export function memoryHarness(bug: Bug, whose: 'bot' | 'person' = 'bot'): ChannelHarness<Raw> {
  const personal = whose === 'person'
  return {
    ...{ definition: definitionWith(bug, personal), personal, door: simpleDoor(personal) },
    classify: classifyWith(bug),
    account,
    dms: [
      {
        name: 'a text',
        raw: { from: 7, id: 1, text: 'hi' },
        senderId: '7' as SenderId,
        text: 'hi',
      },
    ],
    neverPairs: [
      { name: 'a bot', raw: { from: 8, bot: true, id: 2, text: 'hi' } },
      { name: 'our own', raw: { from: 9, own: true, id: 3, text: 'hi' } },
    ],
    never: {
      ...{ own: ['our own'], bot: ['a bot'] },
      ...{
        group: { none },
        edit: { none },
        reaction: { none },
        receipt: { none },
        history: { none },
      },
    },
    senders: [[' 7 ', '7']],
    notSenders: ['alice'],
    secrets: [SECRET],
    cannot: {},
    patienceMs: bug === 'none' ? 10_000 : 400,
    farSide: () => farSide(bug),
  }
}
