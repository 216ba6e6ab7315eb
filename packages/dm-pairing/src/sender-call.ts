import type { Actor, SenderAddress, Transaction } from '@openclaw/pairing-contracts'
import { EXPIRY } from './actors.ts'
import {
  NOTICES_DUE,
  REQUESTS,
  type RequestRecord,
  SENDERS,
  type SenderRecord,
} from './collections.ts'
import { isOver } from './expiry.ts'
import { scopeOf, senderKeyOf } from './keys.ts'
import { OWNERS, ownerKeyOf } from './owner-records.ts'
import type { Parts } from './parts.ts'
import type { Rules } from './rules.ts'
import { pruneSettled, settle } from './settle.ts'
import { toKnownSender } from './shown.ts'
import type { Denied, SenderOutcome } from './types.ts'
import { checkedSender, configuredWhere, denied } from './verbs.ts'

/** One verb about one sender. */
export interface SenderCall {
  readonly parts: Parts
  readonly actor: Actor
  readonly sender: SenderAddress
  /** `undefined` when the configuration cannot be read; the store can be changed all the same. */
  readonly rules: Rules | undefined
  /** The store names them as an owner. */
  readonly isOwner: boolean
}

/** The verbs that name a sender. */
export type SenderVerb = 'dm.allow' | 'dm.revoke' | 'dm.block' | 'dm.unblock'

/** Checks the sender, asks the authority function and runs the verb in one transaction. */
export async function decideSender(
  parts: Parts,
  decision: { readonly actor: Actor; readonly action: SenderVerb; readonly sender: SenderAddress },
  work: (tx: Transaction, call: SenderCall) => Promise<SenderOutcome>,
): Promise<SenderOutcome> {
  const { actor, action } = decision
  const sender = checkedSender(parts, decision.sender)
  const refused: Denied | undefined = denied({ actor, action, subject: sender })
  if (refused) return refused
  const rules = rulesOrNone(parts, sender)
  return parts.store.transact({ scope: scopeOf(sender), actor, action }, async (tx) => {
    const isOwner = (await tx.get(OWNERS, ownerKeyOf(sender))) !== undefined
    return work(tx, { parts, actor, sender, rules, isOwner })
  })
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

/** Writes what is decided about the sender now. */
export function putState(
  tx: Transaction,
  { actor, sender }: SenderCall,
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
export async function waitingRequest(
  tx: Transaction,
  { sender }: SenderCall,
): Promise<RequestRecord | undefined> {
  const request = await tx.get(REQUESTS, senderKeyOf(sender))
  if (request === undefined || !isOver(request, tx.now)) return request
  settle(tx, { sender, request }, { outcome: 'expired', by: EXPIRY })
  return undefined
}

/** Takes the sender's request off the list and answers it; `undefined` when there was none. */
export async function dismissRequest(
  tx: Transaction,
  { actor, sender }: SenderCall,
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
export function metaOf(asked: RequestRecord | undefined): Pick<SenderRecord, 'meta'> | undefined {
  return asked && { meta: asked.meta }
}

/** The answer of a verb that was carried out. */
export async function done(
  tx: Transaction,
  { sender }: SenderCall,
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
export function grantNote({ rules, sender, isOwner }: SenderCall): string | undefined {
  switch (rules?.policy) {
    case 'disabled':
      return 'direct messages are turned off for this account, so nobody can write'
    case 'allowlist':
      return isOwner || configuredWhere(rules, sender.senderId) !== undefined
        ? undefined
        : `under the policy allowlist only ${rules.source.allowFromSource} counts`
    default:
      return undefined
  }
}

/** What there is to say, as one sentence. */
export function sentence(parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter((part) => part !== undefined)
  return said.length > 0 ? said.join('; ') : undefined
}
