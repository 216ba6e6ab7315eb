import { isWholeText } from '@openclaw/credential-store/kit'
import type { Json } from '@openclaw/pairing-contracts'
import {
  MAX_NOTE_BYTES,
  MAX_NOTE_KEY_LENGTH,
  MAX_NOTES,
  MAX_NOTES_BYTES,
  NOTES_PAGE,
  NOTES_PAGE_BYTES,
} from '../limits.ts'
import type { Statement } from '../link.ts'
import { NOTES_CHANGED, type ReplicaContext } from './parts.ts'

/** What this replica says of itself, and how much of it the database has. */
export interface OwnNotes {
  readonly put: (key: string, value: Json | undefined) => void
  readonly isPending: () => boolean
  /** The database has lost them: all are written again. */
  readonly rewrite: () => void
  /** The next of what is to be written. */
  readonly page: () => NotesPage
  /** What was taken back before the last call needs to be told nobody any more: whoever did not look since has lapsed. */
  readonly forget: () => Statement | undefined
}

/** Some notes on their way to the database. */
export interface NotesPage {
  /** Answers no row where the database has lost this replica, and nothing is written then. */
  readonly statement: Statement
  /** It was written. */
  readonly done: () => void
}

interface NotesState {
  /** What holds, as text, by key. */
  readonly texts: Map<string, string>
  /** What the database does not have yet; `null` was taken back. */
  readonly pending: Map<string, string | null>
  bytes: number
  /** Each change of a note has a number of its own: whoever knows some asks for what came after. */
  version: number
  /** Whoever knows less than this reads everything again: what was taken back before is not listed any more. */
  floor: number
  /** {@link version} when things were last forgotten. */
  mark: number
}

/** Nothing noted yet. */
export function ownNotes(replica: ReplicaContext): OwnNotes {
  const state: NotesState = {
    texts: new Map(),
    pending: new Map(),
    bytes: 0,
    version: 0,
    floor: 0,
    mark: 0,
  }
  return {
    put: (key, value) => put(state, key, value),
    isPending: () => state.pending.size > 0,
    rewrite: () => {
      state.floor = state.version + 1
      for (const [key, text] of state.texts) state.pending.set(key, text)
    },
    page: () => pageOf(replica, state),
    forget: () => {
      const { mark } = state
      state.mark = state.version
      if (mark <= state.floor) return undefined
      state.floor = mark
      return forgetStatement(replica, mark)
    },
  }
}

function put(state: NotesState, key: string, value: Json | undefined): void {
  if (key === '' || key.length > MAX_NOTE_KEY_LENGTH || !isWholeText(key)) return
  const { texts } = state
  const before = texts.get(key)
  const text = value === undefined ? undefined : JSON.stringify(value)
  if (before === text) return
  if (before !== undefined) {
    texts.delete(key)
    state.bytes -= Buffer.byteLength(before)
  }
  const size = Buffer.byteLength(text ?? '')
  const fits =
    size <= MAX_NOTE_BYTES && texts.size < MAX_NOTES && state.bytes + size <= MAX_NOTES_BYTES
  if (text !== undefined && fits) {
    texts.set(key, text)
    state.bytes += size
    state.pending.set(key, text)
  } else if (before !== undefined) state.pending.set(key, null)
}

function pageOf(replica: ReplicaContext, state: NotesState): NotesPage {
  const written: [key: string, text: string | null][] = []
  let bytes = 0
  for (const [key, text] of state.pending) {
    written.push([key, text])
    bytes += text?.length ?? 0
    if (written.length >= NOTES_PAGE || bytes > NOTES_PAGE_BYTES) break
  }
  const versions = written.map(() => {
    state.version += 1
    return state.version
  })
  // others look when all of it is there
  const isLast = written.length === state.pending.size
  return {
    statement: {
      text: putText(replica),
      values: [
        replica.context.replicaId,
        isLast ? state.version : 0,
        isLast ? state.floor : 0,
        written.map(([key]) => key),
        written.map(([, text]) => text),
        versions,
      ],
    },
    done: () => {
      for (const [key, text] of written) {
        if (state.pending.get(key) === text) state.pending.delete(key)
      }
    },
  }
}

/** Nothing that is late undoes what came after it. */
function putText({ context: { names }, notifies }: ReplicaContext): string {
  const { replicas, notes } = names
  const say = notifies ? `pg_catalog.pg_notify('${names.channel}', '${NOTES_CHANGED}')::text` : "''"
  return `WITH moved AS (
      UPDATE ${replicas} SET version = greatest(version, $2), floor = greatest(floor, $3)
        WHERE id = $1 RETURNING id
    ), put AS (
      INSERT INTO ${notes} AS n (replica, key, value, version)
        SELECT moved.id, k.key, k.value, k.version
          FROM moved, unnest($4::text[], $5::text[], $6::bigint[]) AS k (key, value, version)
        ON CONFLICT (replica, key) DO UPDATE SET value = EXCLUDED.value, version = EXCLUDED.version
          WHERE n.version < EXCLUDED.version
    )
    SELECT ${say} FROM moved`
}

function forgetStatement({ context }: ReplicaContext, mark: number): Statement {
  const { replicas, notes } = context.names
  return {
    text: `WITH moved AS (UPDATE ${replicas} SET floor = greatest(floor, $2) WHERE id = $1)
      DELETE FROM ${notes} WHERE replica = $1 AND value IS NULL AND version <= $2`,
    values: [context.replicaId, mark],
  }
}
