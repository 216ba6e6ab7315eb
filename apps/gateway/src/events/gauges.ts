import type { MakeGauge, Snapshot } from '../metrics.ts'

/** The figures of events, absent from the page where they are sent nowhere. */
export function eventGauges(gauge: MakeGauge): (snapshot: Snapshot) => void {
  const total = gauge('events_total', 'Events, by what became of a try to send them', ['outcome'])
  const seq = gauge('events_seq', 'The last transaction that was sent or passed over', [])
  const behind = gauge('events_behind', 'Transactions after that one', [])
  const failing = gauge('events_failing_seconds', 'How long the receiver has not taken them', [])
  for (const each of [seq, behind, failing]) each.remove()
  return ({ events, journalSeq }) => {
    if (events === undefined) return
    const { taken, refused, failed, skipped } = events
    for (const [outcome, count] of Object.entries({ taken, refused, failed, skipped }))
      total.set({ outcome }, count)
    failing.set(events.failingMs / 1_000)
    if (events.seq === undefined) return
    seq.set(events.seq)
    if (journalSeq !== undefined) behind.set(Math.max(0, journalSeq - events.seq))
  }
}
