import { freezeJson, type RecordSet, recordsFrom } from '@openclaw/credential-store/kit'
import type { Json, ReplicaId, ReplicaNote } from '@openclaw/pairing-contracts'
import { ageOf, type Moment } from '../context.ts'
import type { Row } from '../link.ts'
import type { ReplicaContext } from './parts.ts'

/** The other replicas as this one knows them. */
export interface Others {
  /** Those that live. Empty when the database could not be asked for as long as a life lasts. */
  readonly ids: () => readonly ReplicaId[]
  readonly isKnown: (id: ReplicaId) => boolean
  readonly noted: (prefix: string) => readonly ReplicaNote[]
  /** The database was asked at `sent`, and these live; answers whether that is something new. */
  readonly take: (found: readonly Found[], look: { sent: Moment; hasForgotten: boolean }) => boolean
  /** Of whom there is more to read, and after which number. */
  readonly behind: () => readonly Behind[]
  /** Notes that were read for {@link behind}: all that there are, or the first `limit`. */
  readonly read: (behind: readonly Behind[], rows: readonly Row[], isAll: boolean) => void
  /** Forgets everybody if that is too old; answers whether it did. */
  readonly lapse: () => boolean
  readonly clear: () => void
}

/** Another replica as the database has it. */
export interface Found {
  readonly id: ReplicaId
  /** Of its last change of a note. */
  readonly version: number
  readonly floor: number
}

/** Notes to read. */
export interface Behind {
  readonly id: ReplicaId
  readonly after: number
  readonly upTo: number
}

interface Other {
  /** As they were when all of it was last read. */
  notes: RecordSet
  /** What is read from the beginning, until all of it is there. */
  next: RecordSet | undefined
  /** Up to which change it is read. */
  at: number
  /** The highest {@link Found.floor} that was heeded. */
  floor: number
  found: Found
}

interface OthersState {
  readonly byId: Map<ReplicaId, Other>
  /** When the database was last asked. */
  confirmed: Moment | undefined
  /** When the database was found to have forgotten this replica, and so others as well that live. */
  forgotten: Moment | undefined
}

/** Nobody known yet. */
export function othersOf(replica: ReplicaContext): Others {
  const state: OthersState = { byId: new Map(), confirmed: undefined, forgotten: undefined }
  const isFresh = (moment: Moment | undefined): boolean =>
    moment !== undefined &&
    ageOf(moment, replica.context.ports) <= replica.context.replicaTiming.lifeMs
  const known = (): ReadonlyMap<ReplicaId, Other> =>
    isFresh(state.confirmed) ? state.byId : new Map()
  return {
    ids: () => [...known().keys()],
    isKnown: (id) => known().has(id),
    noted: (prefix) => [...known()].flatMap(([id, { notes }]) => notesOf(id, notes, prefix)),
    take: (found, { sent, hasForgotten }) => {
      if (!isFresh(state.confirmed)) state.byId.clear()
      else if (hasForgotten) state.forgotten = sent
      state.confirmed = sent
      return take(state, found, isFresh(state.forgotten))
    },
    behind: () =>
      [...state.byId.values()]
        .filter(({ at, found }) => found.version > at)
        .map(({ at, found }) => ({ id: found.id, after: at, upTo: found.version })),
    read: (behind, rows, isAll) => read(state, { behind, rows, isAll }),
    lapse: () => {
      if (state.byId.size === 0 || isFresh(state.confirmed)) return false
      state.byId.clear()
      return true
    },
    clear: () => state.byId.clear(),
  }
}

const noNotes = (): RecordSet => recordsFrom([]).of('notes')

function notesOf(replica: ReplicaId, notes: RecordSet, prefix: string): readonly ReplicaNote[] {
  return notes.cells(prefix).map(({ key, json }) => ({ replica, key, value: json }))
}

/** Those who are not listed are dead, unless the database has just forgotten everybody: who lives comes back within a life. */
function take(state: OthersState, found: readonly Found[], keepsOthers: boolean): boolean {
  let isNew = false
  const listed = new Map(found.map((one) => [one.id, one]))
  for (const id of state.byId.keys()) {
    if (listed.has(id) || keepsOthers) continue
    state.byId.delete(id)
    isNew = true
  }
  for (const one of listed.values()) {
    const other = state.byId.get(one.id)
    if (other === undefined) {
      state.byId.set(one.id, { notes: noNotes(), next: undefined, at: 0, floor: 0, found: one })
      isNew = true
    } else other.found = one
  }
  for (const other of state.byId.values()) heedFloor(other)
  return isNew
}

/** What was taken back below the floor is not listed any more: whoever has not read so far reads everything again. */
function heedFloor(other: Other): void {
  if (other.found.floor <= other.floor) return
  other.floor = other.found.floor
  if (other.at >= other.floor) return
  other.next = noNotes()
  other.at = 0
}

function read(
  { byId }: OthersState,
  { behind, rows, isAll }: { behind: readonly Behind[]; rows: readonly Row[]; isAll: boolean },
): void {
  for (const [id, key, value, version] of rows) {
    const other = byId.get(id as ReplicaId)
    if (other === undefined) continue
    const notes = other.next ?? other.notes
    if (typeof value !== 'string') notes.remove(String(key))
    else notes.put(String(key), freezeJson(JSON.parse(value) as Json))
    other.at = Number(version)
  }
  if (!isAll) return
  for (const { id, upTo } of behind) {
    const other = byId.get(id)
    if (other === undefined) continue
    other.at = Math.max(other.at, upTo)
    other.notes = other.next ?? other.notes
    other.next = undefined
  }
}
