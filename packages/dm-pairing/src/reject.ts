import type { Actor, EpochMs } from '@openclaw/pairing-contracts'
import { NOTICES_DUE } from './collections.ts'
import { scopeOf, senderAt, senderKeyOf } from './keys.ts'
import { REJECTED_REST_MS } from './limits.ts'
import { announces, dueNotice } from './notices.ts'
import type { Parts } from './parts.ts'
import { knownUnder, requestIds, restPerson } from './people.ts'
import { forgiveWrongCodes, readTyped, resolveReference } from './reference.ts'
import { confirmRevocation, pruneSettled, settle } from './settle.ts'
import { toNoticeState, toSettledRequest } from './shown.ts'
import type { RejectOptions, RejectOutcome, RequestReference } from './types.ts'
import { checkAddress, denied } from './verbs.ts'

/** Rejects a request. Its sender is told once, and their messages cause no new one for an hour. */
export async function reject(
  parts: Parts,
  actor: Actor,
  { reference, options }: { readonly reference: RequestReference; readonly options: RejectOptions },
): Promise<RejectOutcome> {
  const address = checkAddress(parts, reference)
  const refused = denied({ actor, action: 'dm.reject', subject: address })
  if (refused) return refused
  const typed = readTyped(reference.typed)
  const told = options.tell !== 'nobody' && announces(parts, address)
  return parts.store.transact(
    { scope: scopeOf(address), actor, action: 'dm.reject' },
    async (tx): Promise<RejectOutcome> => {
      const found = await resolveReference(tx, { actor, address, typed })
      tx.note({ outcome: found.outcome === 'pending' ? 'rejected' : found.outcome })
      if (found.outcome !== 'pending') return found
      const { sender, request } = found
      const refusedNow = denied({ actor, action: 'dm.reject', subject: sender })
      if (refusedNow) return refusedNow
      const settled = settle(tx, { sender, request }, { outcome: 'rejected', by: actor })
      const until = (tx.now + REJECTED_REST_MS) as EpochMs
      const waiting = { sender, request }
      restPerson(tx, waiting, { requestId: request.requestId, until })
      for (const { senderId } of await knownUnder(tx, sender, requestIds(waiting))) {
        await confirmRevocation(tx, senderAt(sender, senderId), actor)
      }
      await forgiveWrongCodes(tx, { actor, typed })
      await pruneSettled(tx, address)
      const notice = told ? dueNotice(request, tx.now, 'rejected') : undefined
      if (notice) tx.put(NOTICES_DUE, senderKeyOf(sender), notice)
      else tx.remove(NOTICES_DUE, senderKeyOf(sender))
      return {
        outcome: 'rejected',
        request: toSettledRequest(address, request.requestId, settled),
        notice: notice && toNoticeState(notice),
      }
    },
  )
}
