import { describeActor } from '@openclaw/pairing-authority'
import type {
  Actor,
  ChannelAddress,
  ChannelName,
  SenderAddress,
  SenderId,
} from '@openclaw/pairing-contracts'
import { isGranted } from './expiry.ts'
import { DEFAULT_ACCOUNT, parseSenderKey, prefixOf, senderKeyOf, splitKey } from './keys.ts'
import { addressesFor } from './list.ts'
import { saidOf } from './owner-facts.ts'
import { ownerKeyOf, parseOwnerKey } from './owner-records.ts'
import type { Parts } from './parts.ts'
import type { Rules } from './rules.ts'
import { keptAliases } from './same-person.ts'
import { approvalNotice, toKnownSender } from './shown.ts'
import type { Denied, KnownSender } from './types.ts'
import { denied } from './verbs.ts'

/** What {@link allowed} is asked for. */
export interface AllowedQuery {
  readonly filter: Partial<ChannelAddress>
  readonly state: KnownSender['state']
}

/**
 * Who may write, or may not any more. Grants of the store are listed whatever the policy is; `why` says whether it
 * lets them count. Somebody who stands in the store and in the configuration is listed once, as the gate sees them.
 */
export function allowed(
  parts: Parts,
  actor: Actor,
  { filter, state }: AllowedQuery,
): readonly KnownSender[] | Denied {
  const { channel, account } = filter
  const subject = channel && account ? { subject: { channel, account } } : {}
  const refused = denied({ actor, action: 'dm.allowed', ...subject })
  if (refused) return refused
  const recorded = parts.views
    .senders()
    .entries(channel && account ? prefixOf({ channel, account }) : '')
    .map(({ key }) => splitKey(key)?.address)
  return addressesFor(parts, filter, [...recorded, ...ownersHomes(parts, recorded)]).flatMap(
    (address) => sendersOf(parts, address).filter((sender) => sender.state === state),
  )
}

/** Where owners are listed on a channel of which no account is known: on the one that has no name. */
function ownersHomes(
  parts: Parts,
  recorded: readonly (ChannelAddress | undefined)[],
): readonly ChannelAddress[] {
  const known = [...parts.addresses(), ...recorded].map((address) => address?.channel)
  return parts.views
    .owners()
    .entries('')
    .flatMap(({ key }) => parseOwnerKey(key) ?? [])
    .filter(({ channel }) => !known.includes(channel))
    .map(({ channel }) => ({ channel, account: DEFAULT_ACCOUNT }))
}

function sendersOf(parts: Parts, address: ChannelAddress): readonly KnownSender[] {
  const configured = configuredSenders(parts, address)
  const kept = storedSenders(parts, address).filter(
    (sender) => sender.state === 'blocked' || !configured.has(sender.senderId),
  )
  const blocked = new Set(
    kept
      .filter(({ state }) => state === 'blocked')
      .flatMap(({ senderId, aliases = [] }) => [senderId, ...aliases]),
  )
  return [...configured.values()].filter(({ senderId }) => !blocked.has(senderId)).concat(kept)
}

/** Everybody that the store knows on an account. A grant that has ended is shown as revoked. */
function storedSenders(parts: Parts, address: ChannelAddress): readonly KnownSender[] {
  const now = parts.clock.now()
  const notices = parts.views.notices()
  return parts.views
    .senders()
    .entries(prefixOf(address))
    .flatMap(({ key, value }) => {
      const sender = parseSenderKey(key)
      if (sender === undefined) return []
      const shown = toKnownSender(sender, value, notices.get(key))
      const ended = value.state === 'allowed' && !isGranted(value, now)
      return [ended ? { ...shown, state: 'revoked' as const } : shown]
    })
}

function configuredSenders(
  parts: Parts,
  address: ChannelAddress,
): ReadonlyMap<SenderId, KnownSender> {
  const rules = rulesOrNone(parts, address)
  const named: readonly [SenderId, 'config' | 'owner'][] = [
    ...[...(rules?.allowed ?? [])].map((id): [SenderId, 'config'] => [id, 'config']),
    ...storeOwners(parts, address.channel).map((id): [SenderId, 'owner'] => [id, 'owner']),
    ...[...(rules?.owners ?? [])].map((id): [SenderId, 'owner'] => [id, 'owner']),
  ]
  return new Map(
    named.map(([senderId, via]) => [
      senderId,
      configuredSender(
        parts,
        { channel: address.channel, account: address.account, senderId },
        via,
      ),
    ]),
  )
}

/** Whom the store names as owners on a channel; they are let in as those of the configuration are. */
function storeOwners(parts: Parts, channel: ChannelName): readonly SenderId[] {
  return parts.views
    .owners()
    .entries(`${channel}/`)
    .flatMap(({ key }) => parseOwnerKey(key)?.senderId ?? [])
}

function configuredSender(
  parts: Parts,
  sender: SenderAddress,
  via: 'config' | 'owner',
): KnownSender {
  const key = senderKeyOf(sender)
  const notice = parts.views.notices().get(key)
  const owner = via === 'owner' ? parts.views.owners().get(ownerKeyOf(sender)) : undefined
  const record = parts.views.senders().get(key)
  return {
    ...sender,
    state: 'allowed',
    via,
    since: owner?.since,
    expiresAt: undefined,
    by: owner && describeActor(owner.by),
    ...keptAliases(sender.senderId, record?.aliases ?? []),
    meta: saidOf([record?.meta, owner?.meta]),
    notice: approvalNotice(notice),
  }
}

/** What the store knows can be listed although the configuration is broken. */
function rulesOrNone(parts: Parts, address: ChannelAddress): Rules | undefined {
  try {
    return parts.rulesOf(address)
  } catch {
    return undefined
  }
}
