import type { Actor, CredentialStore, InboundDm } from '@openclaw/pairing-contracts'
import { NOTICES, PLACES } from './collections.ts'
import { isSameOwner, ownerKeyOf, PLACES_SCOPE, parseNoticeKey } from './keys.ts'
import { MAX_REPLY_TO } from './limits.ts'
import type { OwnerPlace, OwnerRef } from './types.ts'

/** Where owners wrote last. */
export interface OwnerPlaces {
  /**
   * Notes where an owner's message came from, durably; writes only when that is another place than before, or when a
   * message to them failed since. For messages that the gate delivered and whose sender is an owner.
   */
  readonly record: (
    message: Pick<InboundDm, 'channel' | 'account' | 'senderId' | 'replyTo'>,
  ) => Promise<void>
  readonly of: (owner: OwnerRef) => OwnerPlace | undefined
}

const ACTOR: Actor = { kind: 'system', part: 'owner-places' }

/** Where owners wrote last, in a store. Opens its views when they are first needed. */
export function ownerPlaces(store: CredentialStore): OwnerPlaces {
  const of = (owner: OwnerRef): OwnerPlace | undefined => {
    const place = store.view(PLACES).get(ownerKeyOf(owner))
    return place && { channel: owner.channel, ...place }
  }
  return {
    of,
    record: async ({ channel, account, senderId, replyTo }) => {
      if (replyTo === '' || replyTo.length > MAX_REPLY_TO) return
      const owner = { channel, senderId }
      const known = of(owner)
      const isSame = known?.account === account && known.replyTo === replyTo
      if (isSame && !failedSince(store, owner, known.at)) return
      await store.transact(
        { scope: PLACES_SCOPE, actor: ACTOR, action: 'owner.place' },
        (tx) => void tx.put(PLACES, ownerKeyOf(owner), { account, replyTo, at: tx.now }),
      )
    },
  }
}

/** True when a message to the owner did not reach them after `at`: that they write now mends it. */
function failedSince(store: CredentialStore, owner: OwnerRef, at: number): boolean {
  return store
    .view(NOTICES)
    .entries(`${ownerKeyOf(owner)}/`)
    .some(({ key, value }) => {
      const whose = parseNoticeKey(key)?.owner
      const failed = value.state === 'failed' || value.state === 'unsupported'
      return failed && value.at >= at && whose !== undefined && isSameOwner(whose, owner)
    })
}
