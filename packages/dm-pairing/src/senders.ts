import type { Actor, SenderAddress } from '@openclaw/pairing-contracts'
import { isOutside } from './actors.ts'
import { admitSender, settleApproved } from './approve.ts'
import { checkExpiresIn, isGranted } from './expiry.ts'
import { senderAt } from './keys.ts'
import { announces } from './notices.ts'
import type { Parts } from './parts.ts'
import { wakePerson } from './people.ts'
import {
  decideSender,
  dismissRequests,
  done,
  grantNote,
  putState,
  sentence,
  targetsOf,
  waitingRequest,
} from './sender-call.ts'
import { isTakenOutside } from './settle.ts'
import type { ApproveOptions, SenderOutcome } from './types.ts'
import { configuredWhere } from './verbs.ts'

/** Lets a person in by an id. A block or a revocation ends with it: naming the id is the owner's decision. */
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
      const records = call.person.records.map(({ record }) => record)
      const asked = await waitingRequest(tx, call)
      const isConfirmed =
        records.length > 0 &&
        records.every((each) => isGranted(each, tx.now) && !isOutside(each.by))
      const isSame =
        expiresInMs === undefined && records.every(({ expiresAt }) => expiresAt === undefined)
      if (isConfirmed && isSame && asked === undefined) {
        return done(tx, call, { changed: false, note: grantNote(call) })
      }
      for (const { senderId, record } of targetsOf(call, asked)) {
        const said = { request: asked?.request, meta: record.meta, aliases: call.person.ids }
        const sender = senderAt(call.sender, senderId)
        await admitSender(tx, sender, { by: actor, ...said, expiresInMs })
      }
      if (asked) {
        const announced = announces(parts, call.sender)
        await settleApproved(tx, { ...asked, by: actor, announced })
      }
      const wasBlocked = records.some(({ state }) => state === 'blocked')
      const note = [wasBlocked ? 'the block has ended' : undefined, grantNote(call)]
      return done(tx, call, { changed: true, note: sentence(note) })
    },
  )
}

/**
 * Ends a person's grant, also one that another program took away before: no file gives it back. They may ask again,
 * unless they are blocked.
 */
export async function revoke(
  parts: Parts,
  actor: Actor,
  sender: SenderAddress,
): Promise<SenderOutcome> {
  return decideSender(parts, { actor, action: 'dm.revoke', sender }, async (tx, call) => {
    const { records, ids } = call.person
    const asked = await dismissRequests(tx, call, 'rejected')
    const ending = records.filter(
      ({ record }) => record.state === 'allowed' || isTakenOutside(record),
    )
    const first = records.length === 0 && asked ? targetsOf(call, asked) : []
    await putState(tx, call, { state: 'revoked', targets: [...ending, ...first] })
    const isBlocked = records.some(({ record }) => record.state === 'blocked')
    const { senderId } = call.sender
    const where = configuredWhere(call.rules, ids)
    if (where !== undefined && !isBlocked) return { outcome: 'in-configuration', senderId, where }
    if (call.isOwner && !isBlocked) return { outcome: 'is-owner', senderId }
    const note = sentence([
      isBlocked ? 'they are blocked' : undefined,
      call.rules?.policy === 'open' && call.rules.wildcard
        ? 'the policy of this account admits everyone'
        : undefined,
    ])
    return done(tx, call, { changed: ending.length > 0 || asked !== undefined, note })
  })
}

/** Keeps a person out whatever the configuration and the store say. */
export async function block(
  parts: Parts,
  actor: Actor,
  sender: SenderAddress,
): Promise<SenderOutcome> {
  return decideSender(parts, { actor, action: 'dm.block', sender }, async (tx, call) => {
    const asked = await dismissRequests(tx, call, 'blocked')
    const where = configuredWhere(call.rules, call.person.ids)
    const named = where === undefined ? [] : [`they stand in ${where}`]
    const owner = call.isOwner ? ['they are an owner'] : []
    const outranked = sentence([...named, ...owner])
    const note = outranked && `${outranked}; the block outranks it`
    const blocked = new Set(
      call.person.records.flatMap(({ senderId, record }) =>
        record.state === 'blocked' ? [senderId] : [],
      ),
    )
    const targets = targetsOf(call, asked).filter(({ senderId }) => !blocked.has(senderId))
    await putState(tx, call, { state: 'blocked', targets })
    return done(tx, call, { changed: targets.length > 0, note })
  })
}

/** Ends a block: the person is a stranger again, and may ask. */
export async function unblock(
  parts: Parts,
  actor: Actor,
  sender: SenderAddress,
): Promise<SenderOutcome> {
  return decideSender(parts, { actor, action: 'dm.unblock', sender }, async (tx, call) => {
    const { records, ids } = call.person
    const targets = records.filter(({ record }) => record.state === 'blocked')
    if (targets.length === 0) {
      return done(tx, call, { changed: false, note: 'they were not blocked' })
    }
    await wakePerson(tx, call.sender, ids)
    await putState(tx, call, { state: 'revoked', targets })
    const where = configuredWhere(call.rules, ids)
    const owner = call.isOwner ? 'they are an owner, who may write' : 'they may ask again'
    const note = where === undefined ? owner : `they stand in ${where}, which lets them in`
    return done(tx, call, { changed: true, note })
  })
}
