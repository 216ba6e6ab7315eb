import { describeActor } from '@openclaw/pairing-authority'
import type { AccountId, ChannelAddress, ChannelName, SenderId } from '@openclaw/pairing-contracts'
import type { SenderRecord } from './collections.ts'
import { DEFAULT_ACCOUNT, parseAccountKey, prefixOf } from './keys.ts'
import { type OwnerRecord, ownerKeyOf } from './owner-records.ts'
import type { Owner, OwnerName, SeenOwner } from './owner-types.ts'
import type { Parts } from './parts.ts'
import type { Rules } from './rules.ts'
import { knownUnderIds, namedBy } from './standing.ts'

/** True for whoever decides: named by the store or the configuration, and blocked on no account of the channel. */
export function isOwner(parts: Parts, { channel, senderId, aliases = [] }: SeenOwner): boolean {
  const ids = [senderId, ...aliases]
  const known = recordsOf(parts, channel, ids)
  if (blockedAccounts(known).length > 0) return false
  // No account: whoever lost an id lost it on the whole channel.
  return namedBy(parts, { channel, senderId, aliases }, known).some((id) => {
    const name = { channel, senderId: id }
    return parts.views.owners().has(ownerKeyOf(name)) || ownersSource(parts, name) !== undefined
  })
}

/** Where the configuration names an owner, in words; `undefined`: nowhere. A configuration that is broken names nobody. */
export function ownersSource(parts: Parts, { channel, senderId }: OwnerName): string | undefined {
  const naming = rulesOn(parts, channel).find(({ owners }) => owners.has(senderId))
  return naming && ownersWhere(naming)
}

/** Where the owners of the configuration stand, in words. */
export function ownersWhere({ source }: Rules): string {
  return source.ownersSource ?? 'the owners of this assistant'
}

/** The owners whom the configuration names on a channel, on any of its accounts. */
export function configuredOwners(parts: Parts, channel: ChannelName): ReadonlySet<SenderId> {
  return new Set(rulesOn(parts, channel).flatMap(({ owners }) => [...owners]))
}

/** The rules of every account of a channel that is known; those that cannot be read count for nobody. */
function rulesOn(parts: Parts, channel: ChannelName): readonly Rules[] {
  const known = [...parts.addresses(), ...parts.memories.all().map(({ address }) => address)]
  const accounts = known.filter((address) => address.channel === channel)
  const all = new Map(
    [{ channel, account: DEFAULT_ACCOUNT }, ...accounts].map((each) => [each.account, each]),
  )
  return [...all.values()].flatMap((address) => rulesOrNone(parts, address) ?? [])
}

function rulesOrNone(parts: Parts, address: ChannelAddress): Rules | undefined {
  try {
    return parts.rulesOf(address)
  } catch {
    return undefined
  }
}

/** What is known of one person on each account. */
type Known = readonly {
  readonly account: AccountId
  readonly senderId: SenderId
  readonly record: SenderRecord
}[]

/** What the store says of whoever has one of these ids, on every account of the channel, also on those that are configured no more. */
function recordsOf(parts: Parts, channel: ChannelName, ids: readonly SenderId[]): Known {
  return recordedAccounts(parts, channel).flatMap((address) =>
    knownUnderIds(parts, prefixOf(address), ids).map(({ senderId, record }) => ({
      account: address.account,
      senderId,
      record,
    })),
  )
}

/** The accounts of a channel on which the store knows somebody. */
export function recordedAccounts(parts: Parts, channel: ChannelName): readonly ChannelAddress[] {
  return parts.views
    .senders()
    .branches(`${channel}/`)
    .flatMap((prefix) => parseAccountKey(prefix.slice(0, -1)) ?? [])
}

function blockedAccounts(known: Known): readonly AccountId[] {
  return known.filter(({ record }) => record.state === 'blocked').map(({ account }) => account)
}

/** The first of several descriptions that says something. */
export function saidOf(metas: readonly (SenderRecord['meta'] | undefined)[]): SenderRecord['meta'] {
  return metas.find((meta) => meta !== undefined && Object.keys(meta).length > 0) ?? {}
}

/** An owner as people see them. */
export function toOwner(
  parts: Parts,
  { channel, senderId }: OwnerName,
  record: OwnerRecord | undefined,
): Owner {
  const name = { channel, senderId }
  const known = recordsOf(parts, channel, [senderId])
  return {
    ...name,
    via: ownersSource(parts, name) === undefined ? 'store' : 'config',
    since: record?.since,
    by: record && describeActor(record.by),
    meta: saidOf([...known.map((each) => each.record.meta), record?.meta]),
    blockedOn: blockedAccounts(known),
  }
}
