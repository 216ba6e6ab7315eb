import {
  type AwayMark,
  decodeMark,
  isThisMark,
  type StoreLook,
  TAKEN_COLLECTION,
  TransferChanged,
  TransferDamaged,
  type TransferMark,
  type TransferStore,
} from '@openclaw/credential-store/transfer'
import { type Context, contextOf } from '../context.ts'
import { asStoreError } from '../failures.ts'
import { type Link, openLink, type Session } from '../link.ts'
import { BY_INDEX } from '../load.ts'
import { migrate, versionOf } from '../migrate.ts'
import type { PostgresPorts, PostgresStoreOptions } from '../options.ts'
import { undo } from '../under-lock.ts'
import { verifyAll } from '../verify.ts'
import { databaseImage } from './read-image.ts'
import { commit, lockHead, TRANSFER_WITHIN_MS, takeIntoDatabase } from './take-image.ts'
import { usersOf } from './users.ts'

/**
 * A database, to be moved away from or to. Opens a connection when it is asked, and says at once why there is none.
 *
 * @throws `ERR_STORE_URL`, `ERR_STORE_NAME`; its methods what opening a store throws
 */
export function postgresTransfer(
  options: Pick<PostgresStoreOptions, 'url' | 'schema' | 'applicationName'>,
  ports: PostgresPorts,
): TransferStore {
  const context = contextOf({ applicationName: 'openclaw-transfer', ...options }, ports)
  // what is read and what is decided meanwhile do not wait for each other
  const [reader, writer] = [openLink(context.address), openLink(context.address)]
  const run = async <R>(link: Link, use: (session: Session) => Promise<R>): Promise<R> => {
    try {
      return await link.run(use)
    } catch (error) {
      throw asStoreError(error, context.address.where)
    }
  }
  const where = placeOf(context)
  return {
    kind: 'postgres',
    where,
    look: () => run(writer, (session) => lookAt(session, context)),
    withImage: (wish, use) =>
      run(reader, (session) =>
        inSnapshot(session, async () => {
          await assertWhole(session, context)
          return use(await databaseImage(session, context.names, wish))
        }),
      ),
    take: (image, how) =>
      run(writer, (session) => takeIntoDatabase(session, context, { image, options: how })),
    leave: (mark, seq) => run(writer, (session) => leave(session, context, { mark, seq })),
    reopen: (only) =>
      run(writer, (session) =>
        writeMark(session, context, {
          next: undefined,
          fits: (_at, known) => only === undefined || isThisMark(known, only),
        }),
      ),
    close: async () => {
      await Promise.all([reader.close(), writer.close()])
    },
  }
}

function placeOf({ address, names }: Context): string {
  const { schema } = names
  return schema === 'openclaw' ? address.where : `${address.where} (schema ${schema})`
}

async function inSnapshot<R>(session: Session, use: () => Promise<R>): Promise<R> {
  await session.script({
    text: `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
      SET LOCAL statement_timeout = ${String(TRANSFER_WITHIN_MS)};
      SET LOCAL idle_in_transaction_session_timeout = 0;
      ${BY_INDEX}`,
  })
  try {
    return await use()
  } finally {
    await undo(session)
  }
}

async function assertWhole(session: Session, context: Context): Promise<void> {
  const { findings } = await verifyAll(session, context)
  const [first] = findings
  if (first) throw new TransferDamaged(placeOf(context), `${first.place}: ${first.problem}`)
}

const NOTHING: StoreLook = {
  ...{ state: 'empty', seq: 0, mark: undefined, taken: [], users: [], foreign: [] },
}

/** Columns that an older version has not made are not there: so the whole row is asked for. */
async function lookAt(session: Session, context: Context): Promise<StoreLook> {
  const { names } = context
  if ((await versionOf(session, names)) === undefined) return NOTHING
  const [head] = await session.rows({
    text: `SELECT pg_catalog.to_json(h)::text, EXISTS (SELECT 1 FROM ${names.records}) FROM ${names.head} h`,
  })
  const { seq, moved } = JSON.parse(String(head?.[0])) as Record<string, unknown>
  const found = await session.rows({
    text: `SELECT key FROM ${names.records} WHERE collection = $1 ORDER BY key`,
    values: [TAKEN_COLLECTION],
  })
  const known = typeof moved === 'string' ? decodeMark(moved) : undefined
  const isFilled = Number(seq) > 0 || head?.[1] === true || known !== undefined
  return {
    ...NOTHING,
    ...{ state: isFilled ? 'filled' : 'empty', seq: Number(seq), mark: known },
    taken: found.map(([key]) => String(key)),
    users: await usersOf(session, names),
  }
}

async function leave(
  session: Session,
  context: Context,
  { mark, seq }: { readonly mark: AwayMark; readonly seq: number },
): Promise<void> {
  await migrate(session, context)
  await writeMark(session, context, {
    next: mark,
    fits: (at, known) => at === seq && (known === undefined || known.id === mark.id),
  })
}

/** A mark, and where it may be written. */
interface Marking {
  /** `undefined` takes it away. */
  readonly next: AwayMark | undefined
  readonly fits: (seq: number, known: TransferMark | undefined) => boolean
}

async function writeMark(
  session: Session,
  context: Context,
  { next, fits }: Marking,
): Promise<void> {
  const { head } = context.names
  await lockHead(session, context)
  try {
    const [row] = await session.rows({ text: `SELECT seq, moved FROM ${head}` })
    const known = typeof row?.[1] === 'string' ? decodeMark(row[1]) : undefined
    if (!fits(Number(row?.[0]), known)) throw new TransferChanged(placeOf(context))
    const moved = next === undefined ? null : JSON.stringify(next)
    await session.rows({ text: `UPDATE ${head} SET moved = $1`, values: [moved] })
    await commit(session, context, Number(row?.[0]))
  } catch (error) {
    await undo(session)
    throw error
  }
}
