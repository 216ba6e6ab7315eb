import { HistoryGap } from '@openclaw/credential-store/kit'
import type { JournalEntry, Seq } from '@openclaw/pairing-contracts'
import type { Context } from './context.ts'
import { decodeRow, EVENT_COLUMNS, entryOf } from './events.ts'
import { HISTORY_PAGE } from './limits.ts'
import type { Row } from './link.ts'
import type { SideLink } from './side-link.ts'

/** What was committed, read from the table of events. */
export interface History {
  /** As far back as it is kept. */
  readonly read: (after: Seq, limit: number) => Promise<readonly JournalEntry[]>
  /** Rejects with `ERR_STORE_HISTORY_GAP` when something after `after` is not kept any more, or `after` is not reached. */
  readonly readWhole: (after: Seq, limit: number) => Promise<readonly JournalEntry[]>
}

/** Reads over `side`, so that a long page does not hold up whoever looks at the head. */
export function eventHistory(side: SideLink, context: Context): History {
  const page = async (after: number, limit: number): Promise<readonly JournalEntry[]> => {
    const { events } = context.names
    const text = `SELECT ${EVENT_COLUMNS} FROM ${events} WHERE seq > $1 ORDER BY seq LIMIT $2`
    const rows = await side.run((session) => session.rows({ text, values: [after, limit] }))
    return rows.map((row) => entryOf(decodeRow(row)))
  }
  return {
    read: async (after, limit) => {
      const found: JournalEntry[] = []
      while (found.length < limit) {
        const wanted = Math.min(limit - found.length, HISTORY_PAGE)
        const next = await page(found.at(-1)?.seq ?? after, wanted)
        found.push(...next)
        if (next.length < wanted) break
      }
      return found
    },
    readWhole: async (after, limit) => {
      const found = await side.run((session) =>
        session.rows({ text: wholeText(context), values: [after, limit] }),
      )
      assertReached(after, found[0])
      return found.filter((row) => row[2] !== null).map((row) => entryOf(decodeRow(row, 2)))
    },
  }
}

function wholeText({ names }: Context): string {
  const columns = EVENT_COLUMNS.split(', ').map((column) => `e.${column}`)
  return `SELECT h.floor, h.seq, ${columns.join(', ')} FROM ${names.head} h
    LEFT JOIN LATERAL (
      SELECT * FROM ${names.events} WHERE seq > $1 ORDER BY seq LIMIT $2
    ) e ON true ORDER BY e.seq`
}

function assertReached(after: number, head: Row | undefined): void {
  const [floor, seq] = (head ?? []).map(Number)
  if (floor === undefined || seq === undefined) throw new HistoryGap(after, 1)
  if (after < floor - 1 || after > seq) throw new HistoryGap(after, floor)
}
