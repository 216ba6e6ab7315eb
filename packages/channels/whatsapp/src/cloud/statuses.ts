import { type Bell, bell } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, EpochMs, SendOutcome } from '@openclaw/pairing-contracts'
import { isRecord, isText, listOf, type UnknownRecord } from '../json.ts'
import { STATUS_MISSES } from '../limits.ts'
import { wordsOf } from './failure.ts'
import { verdictOf } from './fate.ts'
import type { CloudChange } from './split.ts'

/** What Meta says later of a message that it took. */
export interface CloudStatus {
  readonly id: string
  readonly outcome: SendOutcome
}

/** What became of sends after they were taken. */
export interface Statuses {
  /** The statuses that tell what became of a message; failed ones nobody waits for any more are returned. */
  readonly take: (statuses: readonly CloudStatus[]) => readonly CloudStatus[]
  /** What became of a message that was just taken; `undefined` when Meta does not say in time. */
  readonly of: (id: string, stop: AbortSignalLike | undefined) => Promise<SendOutcome | undefined>
}

/** Newest statuses that came before their send's own answer did. */
const KEPT = 100

/** None yet. While none come, because the webhook does not reach us, sends do not wait for them. */
export function statusBook(waitMs: number): Statuses {
  const early = new Map<string, SendOutcome>()
  const waiting = new Map<string, { readonly ring: Bell; told?: SendOutcome }>()
  const trust = { misses: 0 }
  return {
    take: (statuses) => {
      if (statuses.length > 0) trust.misses = 0
      return statuses.filter((status) => {
        const { id, outcome } = status
        const found = waiting.get(id)
        if (found === undefined) {
          remember(early, id, outcome)
          return outcome.outcome !== 'sent'
        }
        found.told ??= outcome
        found.ring.ring()
        return false
      })
    },
    of: async (id, stop) => {
      const known = early.get(id)
      if (known !== undefined || trust.misses >= STATUS_MISSES) return known
      const place: { readonly ring: Bell; told?: SendOutcome } = { ring: bell() }
      waiting.set(id, place)
      await place.ring.wait(waitMs, stop)
      waiting.delete(id)
      if (place.told === undefined) trust.misses += 1
      return place.told
    },
  }
}

function remember(early: Map<string, SendOutcome>, id: string, outcome: SendOutcome): void {
  if (!early.has(id)) early.set(id, outcome)
  for (const key of early.keys()) {
    if (early.size <= KEPT) break
    early.delete(key)
  }
}

/** The statuses in one change; others than `sent`, `delivered`, `read` and `failed` say nothing. */
export function statusesIn(
  { value }: CloudChange,
  redact: (text: string) => string,
): readonly CloudStatus[] {
  return listOf(value.statuses).flatMap((status) => {
    if (!isRecord(status) || !isText(status.id) || status.id.length > 512) return []
    const { id } = status
    const outcome = outcomeOf(status, redact)
    return outcome === undefined ? [] : [{ id, outcome }]
  })
}

function outcomeOf(
  { id, status, timestamp, errors }: UnknownRecord,
  redact: (text: string) => string,
): SendOutcome | undefined {
  if (status === 'failed') {
    const [error] = listOf(errors)
    const { code } = isRecord(error) ? error : {}
    const number = typeof code === 'number' ? code : -1
    return verdictOf(number, redact(wordsOf(error, number)))
  }
  if (status !== 'sent' && status !== 'delivered' && status !== 'read') return undefined
  const isTime = status === 'sent' && isText(timestamp) && /^\d{1,12}$/.test(timestamp)
  const sentAt = isTime ? { sentAt: (Number(timestamp) * 1_000) as EpochMs } : {}
  return { outcome: 'sent', messageId: String(id), ...sentAt }
}
