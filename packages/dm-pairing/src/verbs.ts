import { type Action, decide } from '@openclaw/pairing-authority'
import type { Actor, ChannelAddress, SenderAddress, SenderId } from '@openclaw/pairing-contracts'
import { checkAccount, checkSender, senderKeyOf } from './keys.ts'
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
  const key = senderKeyOf(exact)
  if (parts.views.senders().has(key) || parts.views.aliases().has(key)) return exact
  const senderId = parts.definitionOf(address.channel).parseSender(sender.senderId)
  checkSender(senderId)
  return { ...address, senderId }
}

/** Where the configuration admits somebody of these ids, in words; `undefined`: nowhere. */
export function configuredWhere(
  rules: Rules | undefined,
  ids: readonly SenderId[],
): string | undefined {
  if (rules === undefined) return undefined
  const places = [
    ...(ids.some((id) => rules.owners.has(id)) ? [ownersWhere(rules)] : []),
    ...(ids.some((id) => rules.allowed.has(id)) ? [rules.source.allowFromSource] : []),
  ]
  return places.length > 0 ? places.join(' and ') : undefined
}
