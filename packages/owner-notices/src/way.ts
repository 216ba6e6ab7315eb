import type { AccountId } from '@openclaw/pairing-contracts'
import type { OwnerNoticesComponents, Sending } from './components.ts'
import type { OwnerRef } from './types.ts'

/** How an owner is reached. */
export interface Way {
  readonly account: AccountId
  readonly replyTo: string
  readonly sending: Sending
  /** True where the platform drops a second send with the same key. */
  readonly dropsSecond: boolean
}

/** {@link Way}, or why there is none. */
export type WayOrNot = Way | { readonly why: string }

type Ways = Pick<OwnerNoticesComponents, 'accounts' | 'sends' | 'channels' | 'placeOf'>

/** Where they wrote last; else their own id on the first account, where the channel can begin a chat. */
export function wayTo(components: Ways, owner: OwnerRef): WayOrNot {
  const { accounts, sends, channels, placeOf } = components
  const { channel, senderId } = owner
  const definition = channels(channel)
  const dropsSecond = definition?.idempotentSend ?? false
  const place = placeOf(owner)
  const known = place && sends(place)
  if (place && known) {
    return { account: place.account, replyTo: place.replyTo, sending: known, dropsSecond }
  }
  const [account] = accounts(channel)
  const sending = account === undefined ? undefined : sends({ channel, account })
  if (account === undefined || sending === undefined) {
    return { why: `this gateway is not connected to ${channel}` }
  }
  const replyTo = definition?.directTo?.(senderId)
  if (replyTo !== undefined) return { account, replyTo, sending, dropsSecond }
  return { why: 'the owner has not written to the assistant yet, so where to write is not known' }
}
