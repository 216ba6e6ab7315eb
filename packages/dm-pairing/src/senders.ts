import type {
  Actor,
  EpochMs,
  SenderAddress,
  SenderId,
  Transaction,
} from '@openclaw/pairing-contracts'
import { isOutside } from './actors.ts'
import { admitSender, settleApproved } from './approve.ts'
import { SENDERS } from './collections.ts'
import { checkExpiresIn, isGranted } from './expiry.ts'
import { senderAt, senderKeyOf } from './keys.ts'
import { announces } from './notices.ts'
import type { Parts } from './parts.ts'
import { requestIds, wakePerson } from './people.ts'
import { rewrite } from './regroup.ts'
import { idsIn, isPassedOn, isSomebodyElse, type Known } from './same-person.ts'
import {
  decideSender,
  dismissRequests,
  done,
  grantNote,
  idsWith,
  putState,
  type SenderCall,
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
      const meant = whoIsMeant(call, tx.now)
      const asked = await waitingRequest(tx, meant.call)
      const records = meant.call.person.records.map(({ record }) => record)
      const isConfirmed =
        records.length > 0 &&
        records.every((each) => isGranted(each, tx.now) && !isOutside(each.by))
      const isSame =
        expiresInMs === undefined && records.every(({ expiresAt }) => expiresAt === undefined)
      if (isConfirmed && isSame && asked === undefined && meant.before.length === 0) {
        return done(tx, call, { changed: false, note: grantNote(call) })
      }
      for (const { senderId, record } of targetsOf(await part(tx, meant), asked)) {
        const said = { request: asked?.request, meta: record.meta, aliases: meant.ids }
        const sender = senderAt(call.sender, senderId)
        await admitSender(tx, sender, { by: actor, ...said, expiresInMs })
      }
      if (asked) {
        const announced = announces(parts, call.sender)
        await settleApproved(tx, { ...asked, by: actor, announced })
      }
      const wasBlocked = records.some(({ state }) => state === 'blocked')
      const staysBlocked = meant.before.some(({ record }) => record.state === 'blocked')
      const note = [
        wasBlocked ? 'the block has ended' : undefined,
        staysBlocked ? 'whoever had this id before stays blocked' : undefined,
        grantNote(call),
      ]
      return done(tx, call, { changed: true, note: sentence(note) })
    },
  )
}

/** Of several people who had an id one after another: those who are meant, and the others. */
interface Meant {
  readonly call: SenderCall
  readonly ids: readonly SenderId[]
  /** They had ids of those who are meant, and have none of them now. */
  readonly before: readonly Known[]
}

/** What others are let in by now is not theirs who had it before. */
function whoIsMeant(call: SenderCall, now: EpochMs): Meant {
  const { parts, sender, person } = call
  const kindOf = parts.lastingKindOf(sender.channel)
  const all = idsWith(call, [sender.senderId], now)
  const isOther = (ids: readonly SenderId[]): boolean => isSomebodyElse(kindOf, ids, all)
  const others = person.records.filter((known) => isOther(idsIn(known)))
  const inside = others.filter(({ record }) => isGranted(record, now)).flatMap(idsIn)
  const ids = all.filter((id) => id === sender.senderId || !inside.includes(id))
  const records = person.records.filter((known) => !others.includes(known))
  const requests = person.requests.filter((waiting) => !isOther(requestIds(waiting)))
  const before = others.filter(
    (known) => !isGranted(known.record, now) && idsIn(known).some((id) => ids.includes(id)),
  )
  return { call: { ...call, person: { ids, records, requests } }, ids, before }
}

/** Each stands under its own ids alone: letting in one of two people is not about the other. */
async function part(
  tx: Transaction,
  { call: { sender, person, ...call }, ids, before }: Meant,
): Promise<SenderCall> {
  for (const known of before) {
    await rewrite(tx, sender, { known, ids: idsIn(known).filter((id) => !ids.includes(id)) })
  }
  for (const id of ids) {
    const key = senderKeyOf(senderAt(sender, id))
    if (before.length > 0 && isPassedOn(await tx.get(SENDERS, key))) tx.remove(SENDERS, key)
  }
  const records: Known[] = []
  for (const known of person.records) {
    const left = idsIn(known).filter((id) => ids.includes(id))
    const [senderId] = left
    if (senderId !== undefined && senderId !== known.senderId)
      await rewrite(tx, sender, { known, ids: left })
    if (senderId !== undefined) records.push({ senderId, record: known.record })
  }
  return { ...call, sender, person: { ...person, records } }
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
