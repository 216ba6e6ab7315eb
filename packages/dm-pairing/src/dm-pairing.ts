import { allowed } from './allowed.ts'
import { approve } from './approve.ts'
import { countTurnedAway } from './counters.ts'
import { digestOf } from './digest.ts'
import { gateOf, releaseOf } from './gate.ts'
import { housekeeperOf } from './housekeeping.ts'
import { find, list } from './list.ts'
import { claimNotice, dueNotices, settleNotice } from './notices.ts'
import { isOwner } from './owner-facts.ts'
import { addOwner, owners, removeOwner } from './owners.ts'
import { type DmPairingOptions, type DmPairingPorts, partsOf } from './parts.ts'
import { reject } from './reject.ts'
import { allow, block, revoke, unblock } from './senders.ts'
import type { DmPairing } from './types.ts'
import { why } from './why.ts'

/**
 * Builds the people's door on a store.
 *
 * Opens the store's views when they are first needed, starts no timer and closes nothing: whoever embeds it calls
 * `housekeeping` and closes the store.
 *
 * @throws `ERR_DM_CHANNEL_UNKNOWN`, `ERR_DM_ACCOUNT_INVALID` and `ERR_DM_SENDER_INVALID` from every verb that names
 *   one; what the store and `policyOf` throw goes through, and then nothing is delivered and nothing was changed
 */
export function dmPairing(ports: DmPairingPorts, options: DmPairingOptions): DmPairing {
  const parts = partsOf(ports, options)
  const tidy = housekeeperOf(parts)
  return {
    gate: gateOf(parts),
    release: releaseOf(parts),
    turnedAway: (address) => countTurnedAway(parts.memories.of(address), parts.clock.now()),
    list: async (actor, filter = {}) => list(parts, actor, filter),
    digestOf: (request) => digestOf(parts.sha256, request),
    find: (actor, reference) => find(parts, actor, reference),
    approve: (actor, reference, options = {}) => approve(parts, actor, { reference, options }),
    reject: (actor, reference, options = {}) => reject(parts, actor, { reference, options }),
    allowed: async (actor, filter = {}, state = 'allowed') =>
      allowed(parts, actor, { filter, state }),
    allow: (actor, sender, options = {}) => allow(parts, actor, { sender, options }),
    revoke: (actor, sender) => revoke(parts, actor, sender),
    block: (actor, sender) => block(parts, actor, sender),
    unblock: (actor, sender) => unblock(parts, actor, sender),
    why: async (actor, sender) => why(parts, actor, sender),
    owners: async (actor) => owners(parts, actor),
    addOwner: (actor, owner) => addOwner(parts, actor, owner),
    removeOwner: (actor, owner) => removeOwner(parts, actor, owner),
    isOwner: (sender) => isOwner(parts, sender),
    dueNotices: async (address) => dueNotices(parts, address),
    claimNotice: (noticeId) => claimNotice(parts, noticeId),
    settleNotice: (noticeId, outcome) => settleNotice(parts, noticeId, outcome),
    housekeeping: (when = 'due') => tidy(when),
  }
}
