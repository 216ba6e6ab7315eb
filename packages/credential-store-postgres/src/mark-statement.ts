import type { EpochMs, ReplicaId } from '@openclaw/pairing-contracts'
import type { Context } from './context.ts'
import type { Lease } from './lease-types.ts'
import type { Row, Session } from './link.ts'
import type { Mark } from './mark-types.ts'

/** One thing that is to be noted. */
export interface MarkWish {
  readonly kind: 'begin' | 'put' | 'take'
  readonly name: string
  /** As it stands in its column. */
  readonly key: string
  readonly stage: string
  readonly lease: Pick<Lease, 'name' | 'epoch'> | undefined
  /** For `take`: as it must be. */
  readonly before?: Mark
}

/** What came of it; `over`: the lease is another's. */
export type MarkAnswer = 'over' | 'refused' | 'noted' | Mark

/** What is noted in one go; drawn once and kept when it is tried again, so that what landed is not taken for another's. */
export interface MarkAttempt {
  readonly id: string
  readonly wishes: readonly MarkWish[]
}

/** Notes all of them in one statement; no two may be of the same name and key. Answers in their order. */
export async function noteAll(
  session: Session,
  context: Context,
  { id, wishes }: MarkAttempt,
): Promise<readonly MarkAnswer[]> {
  const values = [context.replicaId, id, ...columnsOf(wishes)]
  const rows = await session.rows({ text: statementOf(context), values })
  const answers = new Map(rows.map((row) => [Number(row[0]), row]))
  return wishes.map((wish, index) => answerOf(wish, answers.get(index + 1), id))
}

function columnsOf(wishes: readonly MarkWish[]): readonly unknown[] {
  return [
    wishes.map(({ kind }) => kind),
    wishes.map(({ name }) => name),
    wishes.map(({ key }) => key),
    wishes.map(({ stage }) => stage),
    wishes.map(({ lease }) => lease?.name ?? null),
    wishes.map(({ lease }) => lease?.epoch ?? null),
    wishes.map(({ before }) => before?.replica ?? null),
    wishes.map(({ before }) => before?.epoch ?? null),
  ]
}

/**
 * The rows of the leases are locked in the same statement: who takes one over waits until the mark is there, and is seen by whoever
 * is late. In the order of their keys, so that two replicas do not wait for each other. Durable also where the database is told
 * not to wait for its disk.
 */
function statementOf({ names: { marks, leases } }: Context): string {
  return `WITH durable AS (SELECT pg_catalog.set_config('synchronous_commit', 'on', true)
      WHERE pg_catalog.current_setting('synchronous_commit') = 'off'),
    asked AS (SELECT * FROM ROWS FROM (pg_catalog.unnest($3::text[]), pg_catalog.unnest($4::text[]),
        pg_catalog.unnest($5::text[]), pg_catalog.unnest($6::text[]), pg_catalog.unnest($7::text[]),
        pg_catalog.unnest($8::bigint[]), pg_catalog.unnest($9::uuid[]), pg_catalog.unnest($10::bigint[]))
        WITH ORDINALITY AS a (kind, name, key, stage, lease, epoch, was_replica, was_epoch, number)
      WHERE (SELECT pg_catalog.count(*) FROM durable) >= 0),
    held AS (SELECT l.name, l.epoch FROM ${leases} l
      WHERE l.holder = $1::uuid AND (l.name, l.epoch) IN (SELECT lease, epoch FROM asked) FOR SHARE OF l),
    allowed AS (SELECT a.* FROM asked a WHERE a.lease IS NULL
      OR (a.lease, a.epoch) IN (SELECT name, epoch FROM held)),
    begun AS (INSERT INTO ${marks} AS m (name, key, stage, replica, epoch, attempt)
      SELECT name, key, stage, $1::uuid, coalesce(epoch, 0), $2::uuid FROM allowed WHERE kind = 'begin'
      ORDER BY name, key
      ON CONFLICT (name, key) DO UPDATE SET stage = m.stage RETURNING m.*),
    put AS (INSERT INTO ${marks} AS m (name, key, stage, replica, epoch, attempt)
      SELECT name, key, stage, $1::uuid, coalesce(epoch, 0), $2::uuid FROM allowed WHERE kind = 'put'
      ORDER BY name, key
      ON CONFLICT (name, key) DO UPDATE SET stage = EXCLUDED.stage, replica = EXCLUDED.replica,
        epoch = EXCLUDED.epoch, attempt = EXCLUDED.attempt
      WHERE m.replica = EXCLUDED.replica OR EXCLUDED.epoch > 0 RETURNING m.*),
    taken AS (UPDATE ${marks} m SET replica = $1::uuid, epoch = coalesce(a.epoch, 0), attempt = $2::uuid
      FROM allowed a WHERE a.kind = 'take' AND m.name = a.name AND m.key = a.key
        AND (m.attempt = $2::uuid OR (m.stage = a.stage AND m.replica = a.was_replica AND m.epoch = a.was_epoch))
      RETURNING m.*)
    SELECT a.number, n.stage, n.replica, n.epoch, extract(epoch FROM n.at)::numeric * 1000::numeric, n.attempt
      FROM allowed a LEFT JOIN (SELECT * FROM begun UNION ALL SELECT * FROM put UNION ALL SELECT * FROM taken) n
        ON n.name = a.name AND n.key = a.key`
}

function answerOf({ kind, lease }: MarkWish, row: Row | undefined, id: string): MarkAnswer {
  if (row === undefined) return 'over'
  const [, stage, replica, epoch, at, attempt] = row
  if (stage === null) return 'refused'
  if (kind !== 'begin' || attempt === id) return 'noted'
  return {
    stage: String(stage),
    replica: replica as ReplicaId,
    epoch: Number(epoch),
    at: Math.floor(Number(at)) as EpochMs,
    isOver: lease !== undefined && Number(epoch) < lease.epoch,
  }
}
