import { createHash } from 'node:crypto'
import { memoryStore } from '@openclaw/credential-store'
import {
  type AccountId,
  type Actor,
  type ChannelAddress,
  type ChannelDefinition,
  type ChannelName,
  type Collection,
  type CredentialStore,
  type DmPolicy,
  type EpochMs,
  type InboundDm,
  type Json,
  OpenClawError,
  type RandomBytes,
  type SenderAddress,
  type SenderId,
} from '@openclaw/pairing-contracts'
import { type FixedClock, fixedClock, seededRandom } from '@openclaw/pairing-testing'
import { type DmPairing, type DmPairingOptions, dmPairing } from '../src/index.ts'

export const ROOT: Actor = { kind: 'root', user: 'anna' }
export const PAGE: Actor = { kind: 'page', session: 's1' }
export const OWNER: Actor = {
  kind: 'owner',
  channel: 'telegram',
  account: 'default',
  senderId: '999',
}
export const MINUTE = 60_000
export const HOUR = 3_600_000

export const id = (text: string): SenderId => text as SenderId
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export function at(channel = 'telegram', account = 'default'): ChannelAddress {
  return { channel: channel as ChannelName, account: account as AccountId }
}
export function who(senderId: string, address: ChannelAddress = at()): SenderAddress {
  return { ...address, senderId: id(senderId) }
}

class NoTelegramId extends OpenClawError {
  override readonly name = 'NoTelegramId'
  override readonly code = 'ERR_TEST_SENDER'
}

export const TELEGRAM: ChannelDefinition = {
  name: 'telegram' as ChannelName,
  idLabel: 'telegramUserId',
  idLine: (senderId) => `Your Telegram user id: ${senderId}`,
  personal: false,
  idempotentSend: false,
  parseSender: (typed) => {
    const text = typed.trim().replace(/^(telegram|tg):/i, '')
    if (!/^\d{1,16}$/.test(text)) throw new NoTelegramId('not a Telegram user id')
    return id(text)
  },
}
export const WHATSAPP: ChannelDefinition = {
  ...TELEGRAM,
  name: 'whatsapp' as ChannelName,
  idLine: undefined,
  personal: true,
  idempotentSend: true,
  parseSender: (typed) => id(typed.trim()),
}

/** People have a number, which may pass on, and a uuid, which does not. */
export const SIGNAL: ChannelDefinition = {
  ...WHATSAPP,
  name: 'signal' as ChannelName,
  lastingKind: (senderId) => (senderId.startsWith('uuid:') ? 'uuid' : undefined),
}

export function channels(name: ChannelName): ChannelDefinition | undefined {
  return [TELEGRAM, WHATSAPP, SIGNAL].find((definition) => definition.name === name)
}

export function policy(over: Partial<DmPolicy> = {}): DmPolicy {
  return {
    policy: 'pairing',
    allowFrom: [],
    owners: ['999'],
    allowFromSource: 'channels.telegram.allowFrom in openclaw.json',
    replyMode: 'code',
    maxPending: 3,
    ...over,
  }
}

export interface World {
  readonly clock: FixedClock
  readonly store: CredentialStore
  readonly dm: DmPairing
  /** Transactions begun, by action. */
  readonly begun: Map<string, number>
  /** Set to make the next transactions fail. */
  failing: Error | undefined
  /** Done once, just before the next transaction begins: what another process does in between. */
  meanwhile: (() => Promise<unknown>) | undefined
  policy: DmPolicy
  /** Policies of single accounts, by `channel/account`. */
  readonly policies: Map<string, DmPolicy>
  /** A second process on the same store. */
  readonly another: () => DmPairing
}

export interface WorldOptions extends Partial<DmPairingOptions> {
  readonly policy?: Partial<DmPolicy>
  readonly random?: RandomBytes
  readonly clock?: FixedClock
}

export function world(options: WorldOptions = {}): World {
  const clock = options.clock ?? fixedClock()
  const random = options.random ?? seededRandom(7)
  const inner = memoryStore({ clock })
  const begun = new Map<string, number>()
  const store: CredentialStore = {
    ...inner,
    transact: async (intent, work) => {
      begun.set(intent.action, (begun.get(intent.action) ?? 0) + 1)
      if (here.failing) throw here.failing
      const { meanwhile } = here
      here.meanwhile = undefined
      await meanwhile?.()
      return inner.transact(intent, work)
    },
  }
  const { policy: over, random: _r, clock: _c, ...rest } = options
  const settings: DmPairingOptions = {
    channels,
    policyOf: ({ channel, account }) => here.policies.get(`${channel}/${account}`) ?? here.policy,
    addresses: () => [at()],
    ...rest,
  }
  const build = (): DmPairing => dmPairing({ store, clock, random, sha256 }, settings)
  const here: World = {
    clock,
    store,
    begun,
    failing: undefined,
    meanwhile: undefined,
    policy: policy(over),
    policies: new Map(),
    dm: build(),
    another: build,
  }
  return here
}

let serial = 0

export function message(senderId: string, over: Partial<InboundDm> = {}): InboundDm {
  serial += 1
  return {
    kind: 'dm',
    ...at(),
    senderId: id(senderId),
    aliases: [],
    replyTo: `chat-${senderId}`,
    messageKey: `message-${String(serial)}`,
    sentAt: Date.UTC(2026, 2, 1, 10) as EpochMs,
    meta: { username: `user${senderId}` },
    text: 'hello',
    ...over,
  }
}

/** A collection as raw JSON, to look at what was stored. */
export function raw(name: string): Collection<Json> {
  return { name, decode: (value) => value, encode: (value) => value }
}

export function stored(store: CredentialStore, name: string): Readonly<Record<string, Json>> {
  const entries = store.view(raw(name)).entries('')
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]))
}

/** The outcome of the first message of a sender, which must be a challenge. */
export async function challenged(dm: DmPairing, senderId: string, over: Partial<InboundDm> = {}) {
  const outcome = await dm.gate(message(senderId, over))
  if (outcome.outcome !== 'challenge') throw new Error(`not a challenge: ${outcome.outcome}`)
  return { ...outcome, code: outcome.reply?.copyable ?? '' }
}

export function transactions(begun: ReadonlyMap<string, number>): number {
  return [...begun.values()].reduce((sum, count) => sum + count, 0)
}
