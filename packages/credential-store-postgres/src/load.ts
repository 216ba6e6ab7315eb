import type { Records } from '@openclaw/credential-store/kit'
import type { RandomBytes } from '@openclaw/pairing-contracts'
import type { Context } from './context.ts'
import { LOAD_WITHIN_MS } from './limits.ts'
import type { Session } from './link.ts'
import { readCollection } from './load-pages.ts'
import { type Look, lookAfter } from './look.ts'
import { packedRecords } from './packed/packed-records.ts'

/** Everything that is held, as of one moment. */
export interface Loaded {
  readonly records: Records
  readonly look: Look
  /** Hash of the last entry; `undefined` in an empty store. */
  readonly hash: string | undefined
}

/** A table that was just filled has no statistics yet, and each page would be sorted out of all of it. */
export const BY_INDEX: string = ['enable_sort', 'enable_seqscan', 'enable_bitmapscan']
  .map((name) => `SET LOCAL ${name} = off`)
  .join('; ')

/** Reads the records that are held, all of one moment: in a transaction that only reads. */
export async function loadRecords(session: Session, context: Context): Promise<Loaded> {
  await session.script({
    text: `BEGIN ISOLATION LEVEL REPEATABLE READ;
      SET LOCAL statement_timeout = ${String(LOAD_WITHIN_MS)};
      ${BY_INDEX}`,
  })
  try {
    const look = await lookAtHead(session, context)
    const records = packedRecords(seedFrom(context.ports.random))
    for (const collection of await collectionsOf(session, context)) {
      await readCollection(session, context, { collection, into: records.of(collection) })
    }
    return { records, look, hash: look.hashThere }
  } finally {
    await session.script({ text: 'ROLLBACK' }).catch(() => session.cut())
  }
}

/** 32 bits that nobody outside knows. */
function seedFrom(random: RandomBytes): number {
  return random(4).reduce((seed, byte) => ((seed << 8) | byte) >>> 0, 0)
}

/** The first look of a transaction is of its moment; the second asks for the hash at the place that the first one told. */
async function lookAtHead(session: Session, context: Context): Promise<Look> {
  const first = await lookAfter(session, context, Number.MAX_SAFE_INTEGER)
  const second = await lookAfter(session, context, first.head.seq)
  return { ...second, sent: first.sent }
}

/** Each name by one look at the index, however many records it has. */
async function collectionsOf(
  session: Session,
  { names, hold }: Context,
): Promise<readonly string[]> {
  if (hold !== 'all') return [...hold]
  const text = `WITH RECURSIVE found AS (
      SELECT pg_catalog.min(collection) AS name FROM ${names.records}
      UNION ALL
      SELECT (SELECT pg_catalog.min(collection) FROM ${names.records} WHERE collection > name)
        FROM found WHERE name IS NOT NULL
    ) SELECT name FROM found WHERE name IS NOT NULL`
  return (await session.rows({ text })).map(([name]) => String(name))
}
