import type { Actor, ChannelAddress } from '@openclaw/pairing-contracts'
import { together } from './counters.ts'
import { isOver } from './expiry.ts'
import {
  accountKeyOf,
  checkAccount,
  parseAccountKey,
  parseSenderKey,
  prefixOf,
  scopeOf,
  splitKey,
} from './keys.ts'
import { DEFAULT_MAX_PENDING } from './limits.ts'
import type { Parts } from './parts.ts'
import { readTyped, resolveReference } from './reference.ts'
import { toPendingRequest, toWaitingRequest } from './shown.ts'
import type {
  Denied,
  NotPending,
  PendingList,
  PendingRequest,
  RequestReference,
  WaitingRequest,
} from './types.ts'
import { checkAddress, denied } from './verbs.ts'

/** What waits on the accounts that a filter names. Reads only. */
export function list(
  parts: Parts,
  actor: Actor,
  filter: Partial<ChannelAddress>,
): readonly PendingList[] | Denied {
  const refused = deniedReading(actor, filter)
  if (refused) return refused
  const recorded = [
    ...parts.views
      .requests()
      .entries('')
      .map(({ key }) => splitKey(key)?.address),
    ...parts.views
      .counters()
      .entries('')
      .map(({ key }) => parseAccountKey(key)),
  ]
  return addressesFor(parts, filter, recorded).map((address) => pendingOf(parts, address))
}

/** May the actor read what the filter names? */
function deniedReading(actor: Actor, filter: Partial<ChannelAddress>): Denied | undefined {
  const { channel, account } = filter
  const subject = channel && account ? { subject: { channel, account } } : {}
  return denied({ actor, action: 'dm.list', ...subject })
}

/**
 * The accounts that a filter names: those configured and those with records, in the order of their names. One that
 * is named in full is always there. Throws for an unknown channel.
 */
export function addressesFor(
  parts: Parts,
  filter: Partial<ChannelAddress>,
  recorded: readonly (ChannelAddress | undefined)[],
): readonly ChannelAddress[] {
  const { channel, account } = filter
  if (channel !== undefined) parts.definitionOf(channel)
  if (account !== undefined) checkAccount(account)
  const named = channel && account ? [{ channel, account }] : []
  const all = [...named, ...parts.addresses(), ...recorded].filter(
    (address): address is ChannelAddress =>
      address !== undefined &&
      (channel === undefined || address.channel === channel) &&
      (account === undefined || address.account === account),
  )
  const byKey = new Map(all.map((address) => [accountKeyOf(address), address]))
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? [])
}

function pendingOf(parts: Parts, address: ChannelAddress): PendingList {
  const now = parts.clock.now()
  const requests = parts.views
    .requests()
    .entries(prefixOf(address))
    .filter(({ value }) => !isOver(value, now))
    .flatMap(({ key, value }): WaitingRequest[] => {
      const sender = parseSenderKey(key)
      return sender ? [toWaitingRequest(sender, value)] : []
    })
    .sort((a, b) => a.createdAt - b.createdAt)
  return {
    channel: address.channel,
    account: address.account,
    requests,
    maxPending: maxPendingOf(parts, address),
    turnedAway: together(
      parts.views.counters().get(accountKeyOf(address)),
      parts.memories.of(address).turnedAway,
    ),
  }
}

/** A list can be read although the configuration is broken; the gate then lets nobody in. */
function maxPendingOf(parts: Parts, address: ChannelAddress): number {
  try {
    return parts.rulesOf(address).maxPending
  } catch {
    return DEFAULT_MAX_PENDING
  }
}

/** The pending request that a code or id names. Wrong codes are counted like those of an approval. */
export async function find(
  parts: Parts,
  actor: Actor,
  reference: RequestReference,
): Promise<
  { readonly outcome: 'pending'; readonly request: PendingRequest } | NotPending | Denied
> {
  const address = checkAddress(parts, reference)
  const refused = denied({ actor, action: 'dm.list', subject: address })
  if (refused) return refused
  const typed = readTyped(reference.typed)
  return parts.store.transact({ scope: scopeOf(address), actor, action: 'dm.find' }, async (tx) => {
    const found = await resolveReference(tx, { actor, address, typed })
    tx.note({ outcome: found.outcome })
    if (found.outcome !== 'pending') return found
    return {
      outcome: 'pending',
      request: toPendingRequest(parts.sha256, found.sender, found.request),
    }
  })
}
