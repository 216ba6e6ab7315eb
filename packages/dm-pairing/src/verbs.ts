import { type Action, decide } from '@openclaw/pairing-authority'
import type { Actor, ChannelAddress, SenderAddress, SenderId } from '@openclaw/pairing-contracts'
import { checkAccount, checkSender } from './keys.ts'
import { ownersWhere } from './owner-facts.ts'
import type { Parts } from './parts.ts'
import type { Rules } from './rules.ts'
import type { Denied } from './types.ts'

/** What an actor wants to do. */
export interface Wish {
  readonly actor: Actor
  readonly action: Action
  readonly subject?: ChannelAddress & { readonly senderId?: SenderId }
  readonly shown?: boolean
}

/** Asks the authority function; `undefined`: allowed. */
export function denied(wish: Wish): Denied | undefined {
  const verdict = decide(wish)
  if (verdict.allowed) return undefined
  const { code, why, fix } = verdict
  return { outcome: 'denied', code, why, fix }
}

/** Throws for a channel that is not known or an account that breaks its rule. */
export function checkAddress(parts: Parts, address: ChannelAddress): ChannelAddress {
  const { channel, account } = address
  parts.definitionOf(channel)
  checkAccount(account)
  return { channel, account }
}

/**
 * The sender in the one spelling of the channel. An id that the store already knows is taken as it is, so that
 * whoever got in under an older rule can still be revoked.
 */
export function checkedSender(parts: Parts, sender: SenderAddress): SenderAddress {
  const address = checkAddress(parts, sender)
  const exact = { ...address, senderId: sender.senderId }
  const known = parts.views.senders().has(`${address.channel}/${address.account}/${exact.senderId}`)
  if (known) return exact
  const senderId = parts.definitionOf(address.channel).parseSender(sender.senderId)
  checkSender(senderId)
  return { ...address, senderId }
}

/** Where the configuration admits a sender, in words; `undefined`: nowhere. */
export function configuredWhere(rules: Rules, senderId: SenderId): string | undefined {
  const places = [
    ...(rules.owners.has(senderId) ? [ownersWhere(rules)] : []),
    ...(rules.allowed.has(senderId) ? [rules.source.allowFromSource] : []),
  ]
  return places.length > 0 ? places.join(' and ') : undefined
}
