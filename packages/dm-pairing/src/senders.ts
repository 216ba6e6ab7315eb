import type { Actor, SenderAddress } from '@openclaw/pairing-contracts'
import { isOutside } from './actors.ts'
import { admitSender, settleApproved } from './approve.ts'
import { RESTS, SENDERS } from './collections.ts'
import { checkExpiresIn, isGranted } from './expiry.ts'
import { senderKeyOf } from './keys.ts'
import { announces } from './notices.ts'
import type { Parts } from './parts.ts'
import {
  decideSender,
  dismissRequest,
  done,
  grantNote,
  metaOf,
  putState,
  sentence,
  waitingRequest,
} from './sender-call.ts'
import { isTakenOutside } from './settle.ts'
import type { ApproveOptions, SenderOutcome } from './types.ts'
import { configuredWhere } from './verbs.ts'

/** Lets a sender in by id. A block or a revocation ends with it: naming the id is the owner's decision. */
export async function allow(
  parts: Parts,
  actor: Actor,
  named: { readonly sender: SenderAddress; readonly options: Pick<ApproveOptions, 'expiresInMs'> },
): Promise<SenderOutcome> {
  const { expiresInMs } = named.options
  checkExpiresIn(expiresInMs)
  return decideSender(
    parts,
    { actor, action: 'dm.allow', sender: named.sender },
    async (tx, call) => {
      const known = await tx.get(SENDERS, senderKeyOf(call.sender))
      const request = await waitingRequest(tx, call)
      const confirmed = known !== undefined && isGranted(known, tx.now) && !isOutside(known.by)
      const same = expiresInMs === undefined && known?.expiresAt === undefined
      if (confirmed && same && request === undefined) {
        return done(tx, call, { record: known, changed: false, note: grantNote(call) })
      }
      const meta = known?.meta
      const record = admitSender(tx, call.sender, { by: actor, request, meta, expiresInMs })
      if (request) {
        const announced = announces(parts, call.sender)
        await settleApproved(tx, { sender: call.sender, request, by: actor, announced })
      }
      const note = [known?.state === 'blocked' ? 'the block has ended' : undefined, grantNote(call)]
      return done(tx, call, { record, changed: true, note: sentence(note) })
    },
  )
}

/**
 * Ends a sender's grant, also one that another program took away before: no file gives it back. They may ask again,
 * unless they are blocked.
 */
export async function revoke(
  parts: Parts,
  actor: Actor,
  sender: SenderAddress,
): Promise<SenderOutcome> {
  return decideSender(parts, { actor, action: 'dm.revoke', sender }, async (tx, call) => {
    const known = await tx.get(SENDERS, senderKeyOf(call.sender))
    const asked = await dismissRequest(tx, call, 'rejected')
    const ends = known?.state === 'allowed' || isTakenOutside(known)
    const revokes = ends || (known === undefined && asked !== undefined)
    const record = revokes
      ? putState(tx, call, { state: 'revoked', known: known ?? metaOf(asked) })
      : known
    const where = call.rules && configuredWhere(call.rules, call.sender.senderId)
    if (where !== undefined && record?.state !== 'blocked') {
      return { outcome: 'in-configuration', senderId: call.sender.senderId, where }
    }
    if (call.isOwner && record?.state !== 'blocked') {
      return { outcome: 'is-owner', senderId: call.sender.senderId }
    }
    if (record === undefined) return { outcome: 'not-known', senderId: call.sender.senderId }
    const note = sentence([
      record.state === 'blocked' ? 'they are blocked' : undefined,
      call.rules?.policy === 'open' && call.rules.wildcard
        ? 'the policy of this account admits everyone'
        : undefined,
    ])
    return done(tx, call, { record, changed: ends || asked !== undefined, note })
  })
}

/** Keeps a sender out whatever the configuration and the store say. */
export async function block(
  parts: Parts,
  actor: Actor,
  sender: SenderAddress,
): Promise<SenderOutcome> {
  return decideSender(parts, { actor, action: 'dm.block', sender }, async (tx, call) => {
    const known = await tx.get(SENDERS, senderKeyOf(call.sender))
    await dismissRequest(tx, call, 'blocked')
    const where = call.rules && configuredWhere(call.rules, call.sender.senderId)
    const named = where === undefined ? [] : [`they stand in ${where}`]
    const owner = call.isOwner ? ['they are an owner'] : []
    const outranked = sentence([...named, ...owner])
    const note = outranked && `${outranked}; the block outranks it`
    if (known?.state === 'blocked') return done(tx, call, { record: known, changed: false, note })
    return done(tx, call, {
      record: putState(tx, call, { state: 'blocked', known }),
      changed: true,
      note,
    })
  })
}

/** Ends a block: the sender is a stranger again, and may ask. */
export async function unblock(
  parts: Parts,
  actor: Actor,
  sender: SenderAddress,
): Promise<SenderOutcome> {
  return decideSender(parts, { actor, action: 'dm.unblock', sender }, async (tx, call) => {
    const known = await tx.get(SENDERS, senderKeyOf(call.sender))
    if (known === undefined) return { outcome: 'not-known', senderId: call.sender.senderId }
    if (known.state !== 'blocked') {
      return done(tx, call, { record: known, changed: false, note: 'they were not blocked' })
    }
    tx.remove(RESTS, senderKeyOf(call.sender))
    const record = putState(tx, call, { state: 'revoked', known })
    const where = call.rules && configuredWhere(call.rules, call.sender.senderId)
    const owner = call.isOwner ? 'they are an owner, who may write' : 'they may ask again'
    const note = where === undefined ? owner : `they stand in ${where}, which lets them in`
    return done(tx, call, { record, changed: true, note })
  })
}
