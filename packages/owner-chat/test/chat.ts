import { createHash, randomBytes } from 'node:crypto'
import { memoryStore } from '@openclaw/credential-store'
import {
  type DeviceDescription,
  type DevicePairing,
  devicePairing,
  type ProvenDevice,
} from '@openclaw/device-pairing'
import type {
  ChatReply,
  CommandAttempt,
  CredentialStore,
  InboundDm,
} from '@openclaw/pairing-contracts'
import { type FixedClock, fixedClock } from '@openclaw/pairing-testing'
import {
  type ChatOwner,
  type MadeCode,
  type NoCode,
  ownerCommands,
  shownMemory,
} from '../src/index.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What a device asks with, unless told otherwise. */
export interface DeviceFacts {
  readonly name?: string
  readonly role?: 'node' | 'operator'
  readonly scopes?: readonly string[]
  readonly commands?: readonly string[]
  readonly description?: Partial<DeviceDescription>
  /** The secret of a setup code; the gateway's own unless given. */
  readonly setup?: string
}

/** A gateway's door for devices on a store of memory, and the chats of its owners before it. */
export function chatWorld(
  options: Parameters<typeof devicePairing>[1] = {},
  place: { readonly store?: CredentialStore; readonly clock?: FixedClock } = {},
) {
  const clock = place.clock ?? fixedClock()
  const store = place.store ?? memoryStore({ clock })
  const devices: DevicePairing = devicePairing(
    {
      store,
      clock,
      random: (length) => randomBytes(length),
      sha256,
      sha256Bytes: (bytes) => createHash('sha256').update(bytes).digest('hex'),
      verifyEd25519: () => true,
    },
    options,
  )
  const owners = new Set(['1001', '1002'])
  const blocked = new Set<string>()
  const secrets: string[] = []
  let noCode: NoCode | undefined
  const makeCode = async (owner: ChatOwner): Promise<MadeCode | NoCode> => {
    if (noCode !== undefined) return noCode
    const made = await devices.setup.create(owner)
    if (made.outcome !== 'created') return { problem: made.outcome, fixes: [] }
    secrets.push(made.secret)
    return {
      code: Buffer.from(JSON.stringify({ bootstrapToken: made.secret })).toString('base64url'),
      expiresAt: made.setup.expiresAt,
      url: 'wss://gateway.example',
      warnings: ['this is a warning'],
    }
  }
  const shown = shownMemory(store)
  const commands = ownerCommands(
    {
      devices,
      shown,
      isOwner: ({ senderId, aliases = [] }) => {
        const ids = [senderId, ...aliases]
        return ids.some((id) => owners.has(id)) && !ids.some((id) => blocked.has(id))
      },
      makeCode,
      clock,
    },
    { cli: 'openclaw' },
  )
  let messages = 0
  const nextKey = (): string => {
    messages += 1
    return String(messages)
  }
  const inbound = (from: string, text: string, over: Partial<InboundDm> = {}): InboundDm => ({
    kind: 'dm',
    channel: 'telegram' as never,
    account: 'default' as never,
    senderId: from as never,
    aliases: [],
    replyTo: from,
    messageKey: nextKey(),
    sentAt: clock.now(),
    meta: {},
    text,
    ...over,
  })
  const ask = (message: InboundDm, attempt?: CommandAttempt) => commands.answer(message, attempt)
  /** Writes, and reads what comes back: that is what counts as shown. */
  const say = async (from: string, text: string, over: Partial<InboundDm> = {}) => {
    clock.advance(1_000)
    const replies = (await ask(inbound(from, text, over))) ?? []
    clock.advance(1_000)
    for (const { onSent } of replies) await onSent?.({ outcome: 'sent' })
    return replies.map((reply) => reply.text)
  }
  const arrive = async (facts: DeviceFacts = {}) => {
    const { name = 'Kitchen', role = 'node', scopes = [], setup } = facts
    const deviceId = sha256(name)
    const device: ProvenDevice = {
      deviceId,
      publicKey: createHash('sha256').update(`key ${name}`).digest('base64url'),
      role,
      scopes,
      commands: facts.commands ?? (role === 'node' ? ['camera.snap'] : []),
      description: {
        displayName: name,
        platform: 'ios 18.4',
        clientId: 'openclaw-ios',
        clientMode: 'node',
        ...facts.description,
      },
      payload: 'v3',
    }
    const redeemed = setup === undefined ? undefined : await devices.setup.redeem(setup, deviceId)
    const mayAsk =
      redeemed?.outcome === 'redeemed'
        ? ({ by: 'setup-code', setupId: redeemed.setupId } as const)
        : ({ by: setup === undefined ? 'shared-secret' : 'nothing' } as const)
    const address = '192.168.1.20'
    return devices.arrive({ device, deviceToken: undefined, mayAsk, address, local: false })
  }
  /** The id of the request that a device has waiting. */
  const waits = async (facts: DeviceFacts = {}): Promise<string> => {
    clock.advance(1_000)
    const admission = await arrive(facts)
    if (admission.outcome !== 'waiting') throw new Error(admission.outcome)
    return admission.request.requestId
  }
  const isIn = async (name: string): Promise<boolean> =>
    (await arrive({ name })).outcome === 'admitted'
  return {
    ...{ clock, store, devices, owners, blocked, secrets, shown, commands, inbound, ask, say },
    ...{ arrive, waits, isIn },
    withoutCodes: (why: NoCode) => {
      noCode = why
    },
    written: async () => (await store.history(0 as never, 10_000)).length,
  }
}

/** The texts of an answer. */
export const texts = (replies: readonly ChatReply[] | undefined): readonly string[] =>
  (replies ?? []).map(({ text }) => text)
