import type {
  AccountId,
  Actor,
  ChannelAddress,
  ChannelName,
  Entry,
  SenderId,
  Transaction,
} from '@openclaw/pairing-contracts'
import { settleApproved } from './approve.ts'
import { REQUESTS, type SenderRecord } from './collections.ts'
import { TooManyOwners } from './errors.ts'
import { isOver } from './expiry.ts'
import { checkSender, OWNERS_SCOPE, parseSenderKey, scopeOf, senderKeyOf } from './keys.ts'
import { MAX_OWNERS } from './limits.ts'
import { announces } from './notices.ts'
import { configuredOwners, ownersSource, recordedAccounts, saidOf, toOwner } from './owner-facts.ts'
import { OWNERS, ownerKeyOf, parseOwnerKey } from './owner-records.ts'
import type { AddOwnerOutcome, Owner, OwnerName, RemoveOwnerOutcome } from './owner-types.ts'
import type { Parts } from './parts.ts'
import { knownUnder, requestIds, wakePerson } from './people.ts'
import type { Denied } from './types.ts'
import { denied } from './verbs.ts'

/** Who decides, by store and configuration; in the order of channels and ids. */
export function owners(parts: Parts, actor: Actor): readonly Owner[] | Denied {
  const refused = denied({ actor, action: 'owner.list' })
  if (refused) return refused
  const stored = parts.views
    .owners()
    .entries('')
    .flatMap(({ key }) => parseOwnerKey(key) ?? [])
  const configured = channelsOf(parts, stored).flatMap((channel) =>
    [...configuredOwners(parts, channel)].map((senderId) => ({ channel, senderId })),
  )
  const names = new Map([...stored, ...configured].map((name) => [ownerKeyOf(name), name]))
  return [...names.keys()].sort().flatMap((key) => {
    const name = names.get(key)
    return name ? [toOwner(parts, name, parts.views.owners().get(key))] : []
  })
}

/** The channels that are configured, name owners without an account, have owners of the store, or were written on. */
function channelsOf(parts: Parts, stored: readonly OwnerName[]): readonly ChannelName[] {
  const written = parts.memories.all().map(({ address }) => address)
  const all = [...parts.addresses(), ...stored, ...written].map(({ channel }) => channel)
  return [...new Set([...all, ...parts.ownerChannels()])]
}

/**
 * Makes somebody an owner, on every account of the channel. What they asked for is approved with it, and they are told
 * as by an approval.
 */
export async function addOwner(
  parts: Parts,
  actor: Actor,
  named: OwnerName,
): Promise<AddOwnerOutcome> {
  const name = checkedOwner(parts, named)
  const refused = denied({ actor, action: 'owner.add' })
  if (refused) return refused
  const isConfigured = ownersSource(parts, name) !== undefined
  const outcome = await parts.store.transact(
    { scope: OWNERS_SCOPE, actor, action: 'owner.add' },
    async (tx): Promise<AddOwnerOutcome> => {
      const blockedOn = await blockedIn(parts, tx, name)
      if (blockedOn.length > 0) return { outcome: 'sender-blocked', blockedOn }
      const known = await tx.get(OWNERS, ownerKeyOf(name))
      if (known || isConfigured) {
        return added(toOwner(parts, name, known), 'before')
      }
      if ((await tx.list(OWNERS, '')).length >= MAX_OWNERS) throw new TooManyOwners()
      const record = { by: actor, since: tx.now, meta: await saidBy(tx, name) }
      tx.put(OWNERS, ownerKeyOf(name), record)
      return added(toOwner(parts, name, record), 'now')
    },
  )
  if (outcome.outcome !== 'done') return outcome
  return { ...outcome, approvedOn: await admitWaiting(parts, actor, name) }
}

function added(owner: Owner, since: 'now' | 'before'): AddOwnerOutcome {
  return { outcome: 'done', changed: since === 'now', owner, approvedOn: [] }
}

/** What they said of themselves in a request that waits; of others the senders tell. */
async function saidBy(tx: Transaction, { channel, senderId }: OwnerName) {
  const waiting = await tx.list(REQUESTS, `${channel}/`)
  return saidOf(
    waiting.flatMap(({ key, value }) => (isOf({ key, value }, senderId) ? [value.meta] : [])),
  )
}

/** Asked account by account: a channel may have a million senders. */
async function blockedIn(parts: Parts, tx: Transaction, { channel, senderId }: OwnerName) {
  const blocked: ChannelAddress[] = []
  for (const address of recordedAccounts(parts, channel)) {
    const known = await knownUnder(tx, address, [senderId])
    if (known.some(({ record }) => record.state === 'blocked')) blocked.push(address)
  }
  return blocked
}

/** True for a record that stands under an id, or names it as another id of its sender. */
function isOf({ key, value }: Entry<Pick<SenderRecord, 'aliases'>>, senderId: SenderId): boolean {
  const isNamed = value.aliases?.includes(senderId) === true
  return isNamed || parseSenderKey(key)?.senderId === senderId
}

/** Answers what a new owner asked for before. One transaction for each account: cut off in between, saying it again does the rest. */
async function admitWaiting(
  parts: Parts,
  actor: Actor,
  { channel, senderId }: OwnerName,
): Promise<readonly AccountId[]> {
  const waiting = parts.views
    .requests()
    .entries(`${channel}/`)
    .filter((entry) => isOf(entry, senderId))
    .flatMap(({ key }) => parseSenderKey(key) ?? [])
  const approvedOn: AccountId[] = []
  for (const sender of waiting) {
    const announced = announces(parts, sender)
    const isApproved = await parts.store.transact(
      { scope: scopeOf(sender), actor, action: 'owner.add' },
      async (tx) => {
        const request = await tx.get(REQUESTS, senderKeyOf(sender))
        if (request === undefined || isOver(request, tx.now)) return false
        await settleApproved(tx, { sender, request, by: actor, announced })
        await wakePerson(tx, sender, requestIds({ sender, request }))
        return true
      },
    )
    if (isApproved) approvedOn.push(sender.account)
  }
  return approvedOn
}

/** Ends what makes somebody an owner. Who was approved besides stays approved; everybody else is a stranger again. */
export async function removeOwner(
  parts: Parts,
  actor: Actor,
  named: OwnerName,
): Promise<RemoveOwnerOutcome> {
  const name = checkedOwner(parts, named)
  const refused = denied({ actor, action: 'owner.remove' })
  if (refused) return refused
  const where = ownersSource(parts, name)
  return parts.store.transact(
    { scope: OWNERS_SCOPE, actor, action: 'owner.remove' },
    async (tx): Promise<RemoveOwnerOutcome> => {
      const known = await tx.get(OWNERS, ownerKeyOf(name))
      const owner = known && toOwner(parts, name, known)
      if (known) tx.remove(OWNERS, ownerKeyOf(name))
      if (where !== undefined) return { outcome: 'in-configuration', where }
      return { outcome: 'done', changed: known !== undefined, owner }
    },
  )
}

/** The owner in the one spelling of the channel; one whom the store already knows is taken as they are. */
function checkedOwner(parts: Parts, { channel, senderId: typed }: OwnerName): OwnerName {
  const definition = parts.definitionOf(channel)
  if (parts.views.owners().has(ownerKeyOf({ channel, senderId: typed }))) {
    return { channel, senderId: typed }
  }
  const senderId = definition.parseSender(typed)
  checkSender(senderId)
  return { channel, senderId }
}
