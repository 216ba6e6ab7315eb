import { createHash } from 'node:crypto'
import { memoryStore } from '@openclaw/credential-store'
import { type DevicePairing, devicePairing } from '@openclaw/device-pairing'
import { type DmPairing, dmPairing } from '@openclaw/dm-pairing'
import type {
  AccountId,
  Actor,
  ChannelDefinition,
  ChannelName,
  Clock,
  CredentialStore,
  EpochMs,
  InboundDm,
  OutboundText,
  RandomBytes,
  SenderId,
  SendOutcome,
} from '@openclaw/pairing-contracts'
import { seededRandom } from '@openclaw/pairing-testing'
import {
  type OwnerNotice,
  type OwnerNoticesComponents,
  ownerNotices,
  ownerPlaces,
  readNotices,
} from '../src/index.ts'

export const ROOT: Actor = { kind: 'root', user: 'anna' }
export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const sha256Bytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export const TELEGRAM: ChannelDefinition = {
  name: 'telegram' as ChannelName,
  idLabel: 'telegramUserId',
  idLine: undefined,
  personal: false,
  idempotentSend: false,
  directTo: (id) => id,
  parseSender: (typed) => typed.trim() as SenderId,
}
/** A channel on which nobody is written to first, and which drops a second send. */
export const DISCORD: ChannelDefinition = {
  name: 'discord' as ChannelName,
  idLabel: 'discordUserId',
  idLine: undefined,
  personal: false,
  idempotentSend: true,
  parseSender: (typed) => typed.trim() as SenderId,
}
const definitions = (name: ChannelName) => [TELEGRAM, DISCORD].find((each) => each.name === name)

/** One text that the platform was given. */
export interface Sent extends OutboundText {
  readonly by: string
}

/** The far side: what arrived, and what becomes of the next ones. */
export interface Phone {
  readonly got: Sent[]
  /** What the platform says; `sent` unless told otherwise. */
  answer: (message: Sent) => Promise<SendOutcome> | SendOutcome
  /** Accounts that are connected, as `channel/account`. */
  readonly connected: Set<string>
  ready: boolean
}

export interface WorldOptions {
  readonly owners?: readonly string[]
  readonly clock?: Clock
  readonly store?: CredentialStore
  readonly maxPending?: number
  readonly random?: RandomBytes
}

export interface World {
  readonly store: CredentialStore
  readonly people: DmPairing
  readonly devices: DevicePairing
  readonly phone: Phone
  readonly errors: unknown[]
  /** Every device that somebody was shown, as `account/senderId requestId`. */
  readonly remembered: string[]
  readonly settled: string[]
  /** Starts a gateway; what it answers stops it. */
  readonly start: (over?: Partial<OwnerNoticesComponents>) => () => Promise<void>
  readonly notices: () => Promise<readonly OwnerNotice[]>
}

/** Real doors on a store, owners from the configuration, a channel that writes down what it is given. */
export function world(options: WorldOptions = {}): World {
  const clock = options.clock ?? { now: () => Date.now() as EpochMs }
  const store = options.store ?? memoryStore({ clock })
  const random = options.random ?? seededRandom(11)
  const people = dmPairing(
    { store, clock, random, sha256 },
    {
      channels: definitions,
      addresses: () => [
        { channel: 'telegram' as ChannelName, account: 'default' as AccountId },
        { channel: 'discord' as ChannelName, account: 'default' as AccountId },
      ],
      policyOf: ({ channel }) => ({
        policy: 'pairing',
        allowFrom: [],
        allowFromSource: 'channels',
        owners: ownersOf(options.owners ?? ['telegram:1'], channel),
        replyMode: 'code',
        maxPending: options.maxPending ?? 100,
      }),
    },
  )
  const devices = devicePairing(
    { store, clock, random, sha256, sha256Bytes, verifyEd25519: () => false },
    { maxWaiting: 500, maxPerAddress: 500 } as never,
  )
  const phone = phoneOf()
  const here: World = {
    ...{ store, people, devices, phone },
    errors: [],
    remembered: [],
    settled: [],
    start: (over) => startGateway({ ...componentsOf(here, clock), ...over }, here),
    notices: () => readNotices({ store, people, devices }),
  }
  return here
}

function ownersOf(owners: readonly string[], channel: string): readonly string[] {
  return owners.flatMap((owner) =>
    owner.startsWith(`${channel}:`) ? [owner.split(':')[1] ?? ''] : [],
  )
}

function phoneOf(): Phone {
  return {
    got: [],
    answer: () => ({ outcome: 'sent' }),
    connected: new Set(['telegram/default', 'discord/default']),
    ready: true,
  }
}

export function componentsOf(
  { store, people, devices, phone, remembered }: World,
  clock: Clock,
): OwnerNoticesComponents {
  return {
    ...{ store, clock, people, devices, channels: definitions },
    placeOf: ownerPlaces(store).of,
    accounts: (channel) =>
      [...phone.connected]
        .filter((each) => each.startsWith(`${channel}/`))
        .map((each) => each.split('/')[1] as AccountId),
    sends: ({ channel, account }) => {
      const by = `${channel}/${account}`
      if (!phone.connected.has(by)) return undefined
      return {
        isReady: () => phone.ready,
        send: async (message) => {
          const sent = { by, ...message }
          phone.got.push(sent)
          return phone.answer(sent)
        },
      }
    },
    deviceCard: ({ requestId, deviceId, description }) => ({
      text: `Request: ${requestId}\nDevice: ${deviceId.slice(0, 8)}`,
      isWhole: description.displayName !== 'wide',
    }),
    remember: async ({ account, senderId }, shown) => {
      for (const { requestId } of shown) remembered.push(`${account}/${senderId} ${requestId}`)
    },
  }
}

function startGateway(components: OwnerNoticesComponents, here: World): () => Promise<void> {
  const stop = new AbortController()
  const ended = ownerNotices(
    components,
    {
      cli: 'openclaw',
      onError: (error) => here.errors.push(error),
      onSettled: (owner, { outcome, requestIds }) =>
        here.settled.push(`${owner.senderId} ${outcome} ${String(requestIds.length)}`),
    },
    stop.signal,
  )
  return async () => {
    stop.abort()
    await ended
  }
}

let serial = 0

export function message(senderId: string, over: Partial<InboundDm> = {}): InboundDm {
  serial += 1
  return {
    kind: 'dm',
    channel: 'telegram' as ChannelName,
    account: 'default' as AccountId,
    senderId: senderId as SenderId,
    aliases: [],
    replyTo: `chat-${senderId}`,
    messageKey: `message-${String(serial)}`,
    sentAt: Date.now() as EpochMs,
    meta: { firstName: 'Ada', username: 'ada' },
    text: 'hello',
    ...over,
  }
}

/** A stranger writes; answers the request. */
export async function stranger(here: World, senderId: string, over: Partial<InboundDm> = {}) {
  const outcome = await here.people.gate(message(senderId, over))
  if (outcome.outcome !== 'challenge') throw new Error(`not a challenge: ${outcome.outcome}`)
  return { requestId: outcome.requestId, code: outcome.reply?.copyable ?? '' }
}

/** A device asks, with a setup code that `owner` made or with the shared secret; answers the request id. */
export async function device(here: World, name: string, owner?: string): Promise<string> {
  const publicKey = createHash('sha256').update(name).digest()
  const deviceId = sha256Bytes(publicKey)
  const admission = await here.devices.arrive({
    device: {
      deviceId,
      publicKey: publicKey.toString('base64url'),
      role: 'node',
      scopes: [],
      commands: [],
      description: { displayName: name, clientId: 'cli', clientMode: 'cli' },
      payload: 'v3',
    },
    deviceToken: undefined,
    mayAsk: owner === undefined ? { by: 'shared-secret' } : await setup(here, owner, deviceId),
    address: undefined,
    local: false,
  })
  if (admission.outcome !== 'waiting') throw new Error(`not waiting: ${admission.outcome}`)
  return admission.request.requestId
}

async function setup({ devices }: World, senderId: string, deviceId: string) {
  const actor = { kind: 'owner', channel: 'telegram', account: 'default', senderId } as const
  const made = await devices.setup.create(actor)
  if (made.outcome !== 'created') throw new Error(made.outcome)
  await devices.setup.redeem(made.secret, deviceId)
  return { by: 'setup-code', setupId: made.setup.setupId } as const
}
