import type { Actor, SenderAddress, Transaction } from '@openclaw/pairing-contracts'
import { EXPIRY, isOutside } from './actors.ts'
import { admitSender, settleApproved } from './approve.ts'
import {
  NOTICES_DUE,
  REQUESTS,
  RESTS,
  type RequestRecord,
  SENDERS,
  type SenderRecord,
} from './collections.ts'
import { checkExpiresIn, isGranted, isOver } from './expiry.ts'
import { scopeOf, senderKeyOf } from './keys.ts'
import { announces } from './notices.ts'
import type { Parts } from './parts.ts'
import type { Rules } from './rules.ts'
import { isTakenOutside, pruneSettled, settle } from './settle.ts'
import { toKnownSender } from './shown.ts'
import type { ApproveOptions, Denied, SenderOutcome } from './types.ts'
import { checkedSender, configuredWhere, denied } from './verbs.ts'

/** One verb about one sender. */
interface Call {
  readonly parts: Parts
  readonly actor: Actor
  readonly sender: SenderAddress
  /** `undefined` when the configuration cannot be read; the store can be changed all the same. */
  readonly rules: Rules | undefined
}

type SenderVerb = 'dm.allow' | 'dm.revoke' | 'dm.block' | 'dm.unblock'

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
        return done(tx, call, { record: known, changed: false, note: grantNote(call.rules) })
      }
      const meta = known?.meta
      const record = admitSender(tx, call.sender, { by: actor, request, meta, expiresInMs })
      if (request) {
        const announced = announces(parts, call.sender)
        await settleApproved(tx, { sender: call.sender, request, by: actor, announced })
      }
      const note = [
        known?.state === 'blocked' ? 'the block has ended' : undefined,
        grantNote(call.rules),
      ]
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
    const note = where && `they stand in ${where}; the block outranks it`
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
    const note =
      where === undefined ? 'they may ask again' : `they stand in ${where}, which lets them in`
    return done(tx, call, { record, changed: true, note })
  })
}

async function decideSender(
  parts: Parts,
  decision: { readonly actor: Actor; readonly action: SenderVerb; readonly sender: SenderAddress },
  work: (tx: Transaction, call: Call) => Promise<SenderOutcome>,
): Promise<SenderOutcome> {
  const { actor, action } = decision
  const sender = checkedSender(parts, decision.sender)
  const refused: Denied | undefined = denied({ actor, action, subject: sender })
  if (refused) return refused
  const call = { parts, actor, sender, rules: rulesOrNone(parts, sender) }
  return parts.store.transact({ scope: scopeOf(sender), actor, action }, (tx) => work(tx, call))
}

function rulesOrNone(parts: Parts, sender: SenderAddress): Rules | undefined {
  try {
    return parts.rulesOf(sender)
  } catch {
    return undefined
  }
}

interface NewState {
  readonly state: 'blocked' | 'revoked'
  /** What was known before; names and request stay. */
  readonly known: Pick<SenderRecord, 'meta' | 'requestId'> | undefined
}

function putState(
  tx: Transaction,
  { actor, sender }: Call,
  { state, known }: NewState,
): SenderRecord {
  const requestId = known?.requestId === undefined ? {} : { requestId: known.requestId }
  const record: SenderRecord = {
    state,
    by: actor,
    since: tx.now,
    meta: known?.meta ?? {},
    ...requestId,
  }
  tx.put(SENDERS, senderKeyOf(sender), record)
  return record
}

/** The sender's request; one whose hour is over is settled as that. */
async function waitingRequest(
  tx: Transaction,
  { sender }: Call,
): Promise<RequestRecord | undefined> {
  const request = await tx.get(REQUESTS, senderKeyOf(sender))
  if (request === undefined || !isOver(request, tx.now)) return request
  settle(tx, { sender, request }, { outcome: 'expired', by: EXPIRY })
  return undefined
}

/** Takes the sender's request off the list and answers it; `undefined` when there was none. */
async function dismissRequest(
  tx: Transaction,
  { actor, sender }: Call,
  outcome: 'rejected' | 'blocked',
): Promise<RequestRecord | undefined> {
  const request = await tx.get(REQUESTS, senderKeyOf(sender))
  if (request === undefined) return undefined
  settle(
    tx,
    { sender, request },
    { outcome: isOver(request, tx.now) ? 'expired' : outcome, by: actor },
  )
  await pruneSettled(tx, sender)
  return request
}

/** What a sender without a record said of themselves when they asked. */
function metaOf(asked: RequestRecord | undefined): Pick<SenderRecord, 'meta'> | undefined {
  return asked && { meta: asked.meta }
}

async function done(
  tx: Transaction,
  { sender }: Call,
  result: {
    readonly record: SenderRecord
    readonly changed: boolean
    readonly note: string | undefined
  },
): Promise<SenderOutcome> {
  const notice = await tx.get(NOTICES_DUE, senderKeyOf(sender))
  return {
    outcome: 'done',
    changed: result.changed,
    sender: toKnownSender(sender, result.record, notice),
    note: result.note,
  }
}

/** Why a grant of the store does not count at the moment. */
function grantNote(rules: Rules | undefined): string | undefined {
  switch (rules?.policy) {
    case 'disabled':
      return 'direct messages are turned off for this account, so nobody can write'
    case 'allowlist':
      return `under the policy allowlist only ${rules.source.allowFromSource} counts`
    default:
      return undefined
  }
}

function sentence(parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter((part) => part !== undefined)
  return said.length > 0 ? said.join('; ') : undefined
}
