import type { ReplicaId } from '@openclaw/pairing-contracts'
import { ageOf, type Moment, momentOf } from '../context.ts'
import {
  DEAF_ASKED_LOOK_MS,
  DEAF_LOOK_MS,
  LOOK_GAP_MS,
  NOTES_PAGE,
  REPLICA_FORGOTTEN_MS,
} from '../limits.ts'
import type { Link, Row, Session } from '../link.ts'
import { TIME } from '../look.ts'
import type { Found, Others } from './others.ts'
import type { OwnNotes } from './own-notes.ts'
import { NOTES_CHANGED, type ReplicaContext } from './parts.ts'
import { type Runner, runAgain } from './runner.ts'

/** Keeps this replica alive in the eyes of the others, and them in its own. */
export interface Life extends Runner {
  /** True while the others are known to take it for alive. */
  readonly isAlive: () => boolean
}

/** What a life works with. */
export interface LifeParts {
  readonly replica: ReplicaContext
  /** A connection of its own: no large message and no transaction stands before a sign of life. */
  readonly link: Pick<Link, 'run'>
  readonly own: OwnNotes
  readonly others: Others
  /** True while a question waits. */
  readonly isAsking: () => boolean
  /** Others came, went or noted something. */
  readonly changed: () => void
  /** There is mail, or this replica came to life. */
  readonly mail: () => void
}

interface LifeState {
  /** When the last sign of life was sent that arrived. */
  beaten: Moment | undefined
  /** Some arrived before. */
  wasBorn: boolean
  swept: Moment
  /** The others have not heard that it is there. */
  isNew: boolean
}

/** Begins at once. */
export function beginLife(parts: LifeParts): Life {
  const { context } = parts.replica
  const { lifeMs, lookMs } = context.replicaTiming
  const swept = momentOf(context.ports)
  const state: LifeState = { beaten: undefined, wasBorn: false, swept, isNew: true }
  const runner = runAgain({
    run: () => live(parts, state),
    gapMs: LOOK_GAP_MS,
    restMs: () => {
      if (parts.replica.isHearing()) return lookMs
      return Math.min(lookMs, parts.isAsking() ? DEAF_ASKED_LOOK_MS : DEAF_LOOK_MS)
    },
  })
  return {
    ...runner,
    isAlive: () =>
      state.beaten !== undefined && ageOf(state.beaten, context.ports) < (lifeMs * 3) / 4,
  }
}

async function live(parts: LifeParts, state: LifeState): Promise<void> {
  const { context } = parts.replica
  const { beatMs, sweepMs } = context.replicaTiming
  try {
    await parts.link.run(async (session) => {
      const isDue = state.beaten === undefined || ageOf(state.beaten, context.ports) >= beatMs
      await look(session, parts, { state, isDue })
      await readNotes(session, parts)
      await writeNotes(session, parts, state)
      if (ageOf(state.swept, context.ports) < sweepMs) return
      state.swept = momentOf(context.ports)
      await sweep(session, parts)
    })
  } catch (error) {
    if (parts.others.lapse()) parts.changed()
    throw error
  }
}

/** A sign of life where one is due, and who else lives: one statement. */
async function look(
  session: Session,
  parts: LifeParts,
  { state, isDue }: { readonly state: LifeState; readonly isDue: boolean },
): Promise<void> {
  const { replica, others, own } = parts
  const { context, clock } = replica
  const sent = momentOf(context.ports)
  const values = [context.replicaId, isDue]
  const withinMs = context.timing.lookWithinMs
  const rows = await session.rows({ text: lookText(replica), values, withinMs })
  const [databaseMs, wasAlive, hasMail] = rows[0] ?? []
  const received = context.ports.monotonic()
  clock.learn({ sent: sent.monotonic, received, databaseMs: Number(databaseMs) })
  // forgotten: the server lost what it knew of everybody, for a replica that sleeps is known for longer
  const hasForgotten = wasAlive === null && state.wasBorn
  if (hasForgotten) own.rewrite()
  if (wasAlive !== true) state.isNew = true
  state.wasBorn ||= isDue
  if (isDue) state.beaten = sent
  else if (wasAlive !== true) state.beaten = undefined
  const isNews = others.take(foundIn(rows), { sent, hasForgotten })
  if (isNews) parts.changed()
  if (hasMail === true || (isDue && state.isNew)) parts.mail()
  if (state.beaten === undefined) await look(session, parts, { state, isDue: true })
}

function lookText({ context: { names, replicaTiming } }: ReplicaContext): string {
  const { replicas, mail } = names
  const until = `pg_catalog.clock_timestamp() + interval '${String(replicaTiming.lifeMs)} milliseconds'`
  return `WITH beat AS (
      INSERT INTO ${replicas} (id, until) SELECT $1::uuid, ${until} WHERE $2
        ON CONFLICT (id) DO UPDATE SET until = EXCLUDED.until
    )
    SELECT ${TIME}, (SELECT until > pg_catalog.clock_timestamp() FROM ${replicas} WHERE id = $1),
      EXISTS (SELECT 1 FROM ${mail} WHERE recipient = $1), r.id, r.version, r.floor
    FROM (SELECT 1) one LEFT JOIN ${replicas} r
      ON r.id <> $1 AND r.until > pg_catalog.clock_timestamp()`
}

function foundIn(rows: readonly Row[]): readonly Found[] {
  return rows
    .filter((row) => typeof row[3] === 'string')
    .map((row) => ({
      id: row[3] as ReplicaId,
      version: Number(row[4]),
      floor: Number(row[5]),
    }))
}

/** Page by page, each change by its number. */
async function readNotes(session: Session, { replica, others, changed }: LifeParts): Promise<void> {
  const { notes } = replica.context.names
  const text = `SELECT n.replica, n.key, n.value, n.version
    FROM unnest($1::uuid[], $2::bigint[]) AS w (id, after)
      JOIN ${notes} n ON n.replica = w.id AND n.version > w.after
    ORDER BY n.replica, n.version LIMIT ${String(NOTES_PAGE)}`
  for (let behind = others.behind(); behind.length > 0; behind = others.behind()) {
    const values = [behind.map(({ id }) => id), behind.map(({ after }) => after)]
    const rows = await session.rows({ text, values })
    others.read(behind, rows, rows.length < NOTES_PAGE)
    changed()
  }
}

async function writeNotes(session: Session, { own }: LifeParts, state: LifeState): Promise<void> {
  while (own.isPending() || state.isNew) {
    const { statement, done } = own.page()
    const written = await session.rows(statement)
    if (written.length === 0) {
      state.beaten = undefined
      throw new TypeError('this replica is not listed any more')
    }
    done()
    if (!own.isPending()) state.isNew = false
  }
}

/** What the dead left, whoever finds it; what was taken back long ago of its own. */
async function sweep(session: Session, { own, replica }: LifeParts): Promise<void> {
  const { replicas, notes, mail } = replica.context.names
  const forgotten = own.forget()
  if (forgotten !== undefined) await session.rows(forgotten)
  const text = `DELETE FROM ${replicas} WHERE until < pg_catalog.clock_timestamp()
      - interval '${String(REPLICA_FORGOTTEN_MS)} milliseconds';
    DELETE FROM ${notes} n WHERE NOT EXISTS (SELECT 1 FROM ${replicas} r WHERE r.id = n.replica);
    DELETE FROM ${mail} m WHERE NOT EXISTS (SELECT 1 FROM ${replicas} r WHERE r.id = m.recipient)`
  await session.script({ text })
}

/** The others see at once that it is gone, and nothing of it stays. */
export async function sayGoodbye(session: Session, replica: ReplicaContext): Promise<void> {
  const { names, replicaId } = replica.context
  const say = replica.notifies
    ? `pg_catalog.pg_notify('${names.channel}', '${NOTES_CHANGED}')::text`
    : "''"
  const text = `WITH notes AS (DELETE FROM ${names.notes} WHERE replica = $1),
      mail AS (DELETE FROM ${names.mail} WHERE recipient = $1),
      own AS (DELETE FROM ${names.replicas} WHERE id = $1 RETURNING 1)
    SELECT ${say} FROM own`
  const withinMs = replica.context.timing.lookWithinMs
  await session.rows({ text, values: [replicaId], withinMs })
}
