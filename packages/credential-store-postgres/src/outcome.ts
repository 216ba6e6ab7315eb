import type { Batch } from './batch.ts'
import type { CommitParts } from './commit.ts'
import { OutcomeUnknown } from './errors.ts'
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS } from './limits.ts'
import type { Session } from './link.ts'
import { takeHead, undo } from './under-lock.ts'

/**
 * Finds out whether a commit landed whose answer was lost. The head is taken first: it is free only when the lost connection's
 * transaction has ended, one way or the other, so that what is found then stays true.
 *
 * @throws `ERR_STORE_OUTCOME_UNKNOWN` when the server could not be asked in time
 */
export async function isLanded(
  { context, writer, storeId }: Pick<CommitParts, 'context' | 'writer' | 'storeId'>,
  { events }: Pick<Batch, 'events'>,
): Promise<boolean> {
  const { ports, timing, names } = context
  const [first] = events
  if (first === undefined) return true
  const ask = (session: Session) => askFor(session, first, { context, storeId })
  const until = ports.monotonic() + timing.outcomeWithinMs
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    const answer = await writer.run(ask).catch(() => 'unknown' as const)
    if (answer !== 'unknown') return answer === 'landed'
    if (ports.monotonic() + wait > until) {
      throw new OutcomeUnknown({ seq: first.seq, txid: first.txid, events: names.events })
    }
    await ports.sleep(wait)
  }
}

async function askFor(
  session: Session,
  { seq, txid }: Batch['events'][number],
  { context, storeId }: Pick<CommitParts, 'context' | 'storeId'>,
): Promise<'landed' | 'absent' | 'unknown'> {
  try {
    const { head } = await takeHead(session, context, { storeId })
    if (head.seq < seq) return 'absent'
    if (seq < head.floor) return 'unknown'
    const text = `SELECT txid FROM ${context.names.events} WHERE seq = $1`
    const [row] = await session.rows({ text, values: [seq] })
    return row?.[0] === txid ? 'landed' : 'absent'
  } finally {
    await undo(session)
  }
}
