import type {
  Actor,
  Collection,
  CredentialStore,
  Intent,
  JournalEntry,
  Json,
  JsonObject,
  Scope,
  Seq,
  Transaction,
} from '@openclaw/pairing-contracts'

/** A store for one test, on data of its own. */
export interface StoreUnderTest {
  readonly store: CredentialStore
  /** Closes `store` and opens the same data again; absent where nothing outlives the process. */
  readonly reopen?: () => Promise<CredentialStore>
  /** A second handle on the same data while the first is open, as another process would hold it. */
  readonly another?: () => Promise<CredentialStore>
  /**
   * Resolves when views of `store` show what other handles have committed by now. Absent where each look at a view asks
   * for that itself; a store that may be behind for a moment says in its README for how long.
   */
  readonly settled?: (store: CredentialStore) => Promise<void>
  /** Closes what is still open and removes the data. */
  readonly cleanup: () => Promise<void>
}

/** Opens a fresh, empty store. */
export type OpenStore = () => Promise<StoreUnderTest>

/** Runs `test` on a fresh store and cleans up whatever happens. */
export function withStore(
  open: OpenStore,
  test: (subject: StoreUnderTest) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const subject = await open()
    try {
      await test(subject)
    } finally {
      await subject.cleanup()
    }
  }
}

/** What the tests keep. */
export interface Note {
  readonly text: string
  readonly count: number
}

/** A collection of {@link Note}; refuses anything else. */
export const notes: Collection<Note> = {
  name: 'test.notes',
  decode: (value) => {
    const { text, count } = value as JsonObject
    if (typeof text !== 'string' || typeof count !== 'number') throw new TypeError('not a note')
    return { text, count }
  },
  encode: ({ text, count }) => ({ text, count }),
}

/** A collection that takes any JSON. */
export const anything: Collection<Json> = {
  name: 'test.anything',
  decode: (value) => value,
  encode: (value) => value,
}

/** A collection whose name no other test collection starts with. */
export const counters: Collection<number> = {
  name: 'counters',
  decode: (value) => {
    if (typeof value !== 'number') throw new TypeError('not a number')
    return value
  },
  encode: (value) => value,
}

/** The actor of the tests. */
export const tester: Actor = { kind: 'root', user: 'tester' }

/** An intent of the tests. */
export function intent(action: string = 'test.write', scope: string = 'test'): Intent {
  return { scope: scope as Scope, actor: tester, action }
}

/** Puts one note in one transaction. */
export async function putNote(
  store: CredentialStore,
  key: string,
  count: number = 1,
): Promise<void> {
  await store.transact(intent(), (tx) => tx.put(notes, key, { text: key, count }))
}

/** Adds one to a counter, as get and put in one transaction. */
export async function increment(store: CredentialStore, key: string): Promise<number> {
  return store.transact(intent('test.increment'), async (tx) => {
    const next = ((await tx.get(counters, key)) ?? 0) + 1
    tx.put(counters, key, next)
    return next
  })
}

/** Reads inside a transaction that writes nothing. */
export async function reading<R>(
  store: CredentialStore,
  read: (tx: Transaction) => Promise<R>,
): Promise<R> {
  return store.transact(intent('test.read'), read)
}

/** Position `n` of the journal. */
export function seq(n: number): Seq {
  return n as Seq
}

/** The whole history that is kept. */
export function history(store: CredentialStore): Promise<readonly JournalEntry[]> {
  return store.history(seq(0), 1_000_000)
}

/** Lets everything that is ready run, `ms` long. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
