import type { Actor, JsonObject } from '@openclaw/pairing-contracts'
import { safeText, safeTexts } from './text.ts'

/** Who acted, as data. A page's session is a secret, and what a later version adds may be one: neither is told. */
export function actorData(actor: Actor): JsonObject {
  const { kind } = actor
  switch (kind) {
    case 'root':
      return { kind, user: safeText(actor.user) }
    case 'library':
      return { kind, name: safeText(actor.name) }
    case 'owner':
    case 'sender': {
      const { channel, account, senderId } = actor
      return {
        kind,
        channel: safeText(channel),
        account: safeText(account),
        senderId: safeText(senderId),
      }
    }
    case 'operator':
      return { kind, deviceId: safeText(actor.deviceId), scopes: safeTexts(actor.scopes) }
    case 'device':
      return { kind, deviceId: safeText(actor.deviceId), role: safeText(actor.role) }
    case 'system':
      return { kind, part: safeText(actor.part) }
    default:
      return { kind }
  }
}
