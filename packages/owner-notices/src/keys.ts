import type { ChannelName, Scope, SenderId } from '@openclaw/pairing-contracts'
import type { OwnerRef } from './types.ts'

/** The scope that all writes about owners' messages share. */
export const NOTICES_SCOPE: Scope = 'owner/notices' as Scope

/** The scope of where owners write. */
export const PLACES_SCOPE: Scope = 'owner/places' as Scope

/** `channel/senderId`. */
export function ownerKeyOf({ channel, senderId }: OwnerRef): string {
  return `${channel}/${senderId}`
}

/** `channel/senderId/requestId`; a request id holds no slash. */
export function noticeKeyOf(owner: OwnerRef, requestId: string): string {
  return `${ownerKeyOf(owner)}/${requestId}`
}

/** Reads {@link noticeKeyOf}; `undefined` for anything else. */
export function parseNoticeKey(
  key: string,
): { readonly owner: OwnerRef; readonly requestId: string } | undefined {
  const first = key.indexOf('/')
  const last = key.lastIndexOf('/')
  if (first < 1 || last <= first + 1 || last === key.length - 1) return undefined
  return {
    owner: {
      channel: key.slice(0, first) as ChannelName,
      senderId: key.slice(first + 1, last) as SenderId,
    },
    requestId: key.slice(last + 1),
  }
}

/** True for the same person on the same channel. */
export function isSameOwner(one: OwnerRef, other: OwnerRef): boolean {
  return one.channel === other.channel && one.senderId === other.senderId
}
