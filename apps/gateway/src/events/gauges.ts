import type { MakeGauge, Snapshot } from '../metrics.ts'

/** The figures of events, absent from the page where they are sent nowhere. */
export function eventGauges(gauge: MakeGauge): (snapshot: Snapshot) => void {
  const total = gauge('events_total', 'Events, by what became of a try to send them', ['outcome'])
  const seq = gauge('events_seq', 'The last transaction that was sent or passed over', [])
  const behind = gauge('events_behind', 'Transactions after that one', [])
  const failing = gauge('events_failing_seconds', 'How long the receiver has not taken them', [])
  const standby = gauge('events_standby', '1 while another gateway sends them', [])
  const all = [seq, behind, failing, standby]
  for (const each of all) each.remove()
  return ({ events, journalSeq }) => {
    if (events === undefined) return
    const { taken, refused, failed, skipped } = events
    for (const [outcome, count] of Object.entries({ taken, refused, failed, skipped }))
      total.set({ outcome }, count)
    // How far they are, only whoever sends them knows.
    for (const each of all) each.remove()
    if (events.isStandby) {
      standby.set(1)
      return
    }
    failing.set(events.failingMs / 1_000)
    if (events.seq === undefined) return
    seq.set(events.seq)
    if (journalSeq !== undefined) behind.set(Math.max(0, journalSeq - events.seq))
  }
}
