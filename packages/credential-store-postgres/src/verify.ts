import type { Context } from './context.ts'
import { type EventRow, entryOf, hashOf, NO_HASH } from './events.ts'
import type { Session } from './link.ts'
import type { SideLink } from './side-link.ts'
import {
  type HeadRow,
  pagesOfEvents,
  pagesOfRecords,
  readHead,
  readScopes,
} from './verify-pages.ts'

/** Something that a check found. */
export interface PostgresFinding {
  readonly severity: 'damage'
  readonly what:
    | 'damaged-event'
    | 'missing-event'
    | 'broken-chain'
    | 'changed-record'
    | 'missing-record'
    | 'extra-record'
  /** Where: the number of an event, a scope, or a collection and a key. */
  readonly place: string
  /** One sentence. */
  readonly problem: string
}

/** What a check of the journal and of the rows came to. */
export interface PostgresReport {
  /** True when nothing is damaged. */
  readonly ok: boolean
  /** Transactions that were checked. */
  readonly entries: number
  /** Numbers of the first and the last of them; 0 when there is none. */
  readonly from: number
  readonly to: number
  readonly scopes: number
  readonly records: number
  /** Hash of the ends of all chains: who notes it elsewhere can prove later that nothing before it was rewritten. */
  readonly head: string
  /** The first hundred. */
  readonly findings: readonly PostgresFinding[]
}

const MAX_FINDINGS = 100

interface Walk {
  readonly context: Context
  readonly head: HeadRow
  /** Hash up to which each scope was followed. */
  readonly chains: Map<string, string>
  /** What the kept entries say last about each record. */
  readonly last: Map<string, LastChange>
  readonly findings: PostgresFinding[]
  entries: number
  records: number
}

interface LastChange {
  readonly seq: number
  /** `undefined` when it was removed. */
  readonly text: string | undefined
}

/** Checks all of one moment, page by page, while others go on writing. */
export function verifyEvents(side: SideLink, context: Context): Promise<PostgresReport> {
  return side.run(async (session) => {
    await session.script({ text: 'BEGIN ISOLATION LEVEL REPEATABLE READ' })
    try {
      return await verifyAll(session, context)
    } finally {
      await session.script({ text: 'ROLLBACK' }).catch(() => session.cut())
    }
  })
}

/** The same within a transaction of the caller. */
export async function verifyAll(session: Session, context: Context): Promise<PostgresReport> {
  const { names, sha256 } = context
  const head = await readHead(session, names)
  const scopes = await readScopes(session, names)
  const chains = new Map(scopes.map(({ scope, startHash }) => [scope, startHash]))
  const maps = { chains, last: new Map<string, LastChange>(), findings: [] }
  const walk: Walk = { context, head, ...maps, entries: 0, records: 0 }
  let next = head.floor
  for await (const row of pagesOfEvents(session, names)) next = walkEvent(walk, row, next)
  if (next <= head.seq) missing(walk, next, head.seq)
  for (const { scope, hash } of scopes) {
    if (chains.get(scope) !== hash) find(walk, 'broken-chain', [scope, 'its end is another one'])
  }
  for await (const row of pagesOfRecords(session, names)) walkRecord(walk, row)
  for (const [place, { text, seq }] of walk.last) {
    if (text !== undefined) find(walk, 'missing-record', [place, `event ${String(seq)} wrote it`])
  }
  const ends = scopes.map(({ scope, hash }) => [scope, hash])
  return reportOf(walk, { scopes: scopes.length, hash: sha256(JSON.stringify(ends)) })
}

function walkEvent(walk: Walk, row: EventRow, next: number): number {
  const { chains, context } = walk
  const place = `event ${String(row.seq)}`
  if (row.seq > next) missing(walk, next, row.seq - 1)
  walk.entries += 1
  if (hashOf(context.sha256, row) !== row.hash) {
    find(walk, 'damaged-event', [place, 'it is not what was written'])
  }
  if ((chains.get(row.scope) ?? NO_HASH) !== row.prev) {
    find(walk, 'broken-chain', [place, `it does not continue the one before in ${row.scope}`])
  }
  chains.set(row.scope, row.hash)
  noteChanges(walk, row)
  return row.seq + 1
}

function noteChanges(walk: Walk, row: EventRow): void {
  try {
    for (const { collection, key, value } of entryOf(row).changes) {
      const text = value === undefined ? undefined : JSON.stringify(value)
      walk.last.set(`${collection} ${key}`, { seq: row.seq, text })
    }
  } catch {
    find(walk, 'damaged-event', [`event ${String(row.seq)}`, 'it cannot be read'])
  }
}

/** A row that no kept entry tells of must be older than all of them. */
function walkRecord(walk: Walk, row: { readonly place: string } & LastChange): void {
  const told = walk.last.get(row.place)
  walk.records += 1
  walk.last.delete(row.place)
  if (told === undefined) {
    if (row.seq >= walk.head.floor) find(walk, 'extra-record', [row.place, 'no event wrote it'])
  } else if (told.text === undefined) {
    find(walk, 'extra-record', [row.place, `event ${String(told.seq)} removed it`])
  } else if (told.text !== row.text || told.seq !== row.seq) {
    find(walk, 'changed-record', [row.place, `event ${String(told.seq)} wrote something else`])
  }
}

function missing(walk: Walk, from: number, to: number): void {
  find(walk, 'missing-event', [`event ${String(from)}–${String(to)}`, 'it is not there'])
}

function find(
  { findings }: Walk,
  what: PostgresFinding['what'],
  [place, problem]: readonly [string, string],
): void {
  if (findings.length < MAX_FINDINGS) findings.push({ severity: 'damage', what, place, problem })
}

function reportOf(
  { head, entries, records, findings }: Walk,
  { scopes, hash }: { readonly scopes: number; readonly hash: string },
): PostgresReport {
  const [from, to] = entries === 0 ? [0, 0] : [head.floor, head.seq]
  return { ok: findings.length === 0, entries, from, to, scopes, records, head: hash, findings }
}
