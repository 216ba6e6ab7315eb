import type {
  Actor,
  EpochMs,
  SenderAddress,
  SenderId,
  Transaction,
} from '@openclaw/pairing-contracts'
import {
  NOTICES_DUE,
  type NoticeRecord,
  type RequestRecord,
  type SenderRecord,
} from './collections.ts'
import { differenceFrom } from './digest.ts'
import { checkExpiresIn } from './expiry.ts'
import { scopeOf, senderAt, senderKeyOf } from './keys.ts'
import { announces, dueNotice } from './notices.ts'
import type { Parts } from './parts.ts'
import { knownUnder, putSender, requestIds, wakePerson } from './people.ts'
import { forgiveWrongCodes, readTyped, resolveReference } from './reference.ts'
import { regroup } from './regroup.ts'
import { idsIn, keptAliases, mostTelling } from './same-person.ts'
import { pruneSettled, settle } from './settle.ts'
import { toKnownSender, toPendingRequest } from './shown.ts'
import type { ApproveOptions, ApproveOutcome, RequestReference } from './types.ts'
import { checkAddress, denied } from './verbs.ts'

/** Approves a request by its code or id: all of it in one transaction. */
export async function approve(
  parts: Parts,
  actor: Actor,
  call: { readonly reference: RequestReference; readonly options: ApproveOptions },
): Promise<ApproveOutcome> {
  const address = checkAddress(parts, call.reference)
  checkExpiresIn(call.options.expiresInMs)
  const wish = { actor, action: 'dm.approve', shown: isShown(actor, call.options) } as const
  const refused = denied({ ...wish, subject: address })
  if (refused) return refused
  const typed = readTyped(call.reference.typed)
  const announced = announces(parts, address)
  return parts.store.transact(
    { scope: scopeOf(address), actor, action: 'dm.approve' },
    async (tx): Promise<ApproveOutcome> => {
      const found = await resolveReference(tx, { actor, address, typed })
      tx.note({
        outcome: found.outcome === 'pending' ? 'pending' : `not approved: ${found.outcome}`,
      })
      if (found.outcome !== 'pending') return found
      const { sender, request } = found
      const refusedNow = denied({ ...wish, subject: sender })
      if (refusedNow) return refusedNow
      const plan = { actor, sender, request, announced, options: call.options }
      const outcome = await grant(parts, tx, plan)
      if (outcome.outcome === 'approved') await forgiveWrongCodes(tx, { actor, typed })
      return outcome
    },
  )
}

/** What whoever holds the store types is what they mean; everybody else gives back what they saw. */
function isShown(actor: Actor, { digest }: ApproveOptions): boolean {
  return digest !== undefined || actor.kind === 'root' || actor.kind === 'library'
}

interface Grant {
  readonly actor: Actor
  readonly sender: SenderAddress
  readonly request: RequestRecord
  readonly announced: boolean
  readonly options: ApproveOptions
}

async function grant(parts: Parts, tx: Transaction, plan: Grant): Promise<ApproveOutcome> {
  const { sender, request, actor, options } = plan
  const ids = requestIds({ sender, request })
  await regroup(tx, sender, { kindOf: parts.lastingKindOf(sender.channel), shown: ids })
  const found = mostTelling(await knownUnder(tx, sender, ids), tx.now)
  if (found?.record.state === 'blocked') {
    const blocked = senderAt(sender, found.senderId)
    return { outcome: 'sender-blocked', sender: toKnownSender(blocked, found.record, undefined) }
  }
  const pending = toPendingRequest(parts.sha256, sender, request)
  const difference =
    options.digest === undefined ? [] : differenceFrom(parts.sha256, options.digest, pending)
  if (difference.length > 0) return { outcome: 'changed', request: pending, difference }
  const record = await admitSender(tx, sender, {
    by: actor,
    request,
    expiresInMs: options.expiresInMs,
  })
  const notice = await settleApproved(tx, { sender, request, by: actor, announced: plan.announced })
  tx.note({ outcome: 'approved', requestId: request.requestId, senderId: sender.senderId })
  return {
    outcome: 'approved',
    requestId: request.requestId,
    sender: toKnownSender(sender, record, notice),
  }
}

/** How a sender gets in. */
export interface Admission {
  readonly by: Actor
  /** The request that is approved by it; absent when they are let in by id. */
  readonly request?: Pick<RequestRecord, 'requestId' | 'meta' | 'aliases'> | undefined
  /** What was known of them before; a request's own facts come first. */
  readonly meta?: Readonly<Record<string, string>> | undefined
  /** Their other ids; those of the request unless given. */
  readonly aliases?: readonly SenderId[] | undefined
  readonly expiresInMs?: number | undefined
}

/** Writes that a sender may write from now on, under all of these ids and no others. */
export async function admitSender(
  tx: Transaction,
  sender: SenderAddress,
  { by, request, meta, aliases, expiresInMs }: Admission,
): Promise<SenderRecord> {
  const record: SenderRecord = {
    state: 'allowed',
    by,
    since: tx.now,
    meta: request?.meta ?? meta ?? {},
    ...(expiresInMs === undefined ? {} : { expiresAt: (tx.now + expiresInMs) as EpochMs }),
    ...(request === undefined ? {} : { requestId: request.requestId }),
    ...keptAliases(sender.senderId, aliases ?? request?.aliases ?? []),
  }
  await putSender(tx, sender, record)
  await wakePerson(tx, sender, idsIn({ senderId: sender.senderId, record }))
  return record
}

/** Takes an approved request off the list and, where it is announced, notes that its sender is to be told. */
export async function settleApproved(
  tx: Transaction,
  approved: {
    readonly sender: SenderAddress
    readonly request: RequestRecord
    readonly by: Actor
    readonly announced: boolean
  },
): Promise<NoticeRecord | undefined> {
  const { sender, request, by } = approved
  settle(tx, { sender, request }, { outcome: 'approved', by })
  await pruneSettled(tx, sender)
  const notice = approved.announced ? dueNotice(request, tx.now) : undefined
  if (notice) tx.put(NOTICES_DUE, senderKeyOf(sender), notice)
  else tx.remove(NOTICES_DUE, senderKeyOf(sender))
  return notice
}
