import type {
  AbortSignalLike,
  Change,
  Collection,
  CredentialStore,
  Intent,
  JournalEntry,
  Json,
  OpenClawError,
  Seq,
  Transaction,
  Walk,
} from '@openclaw/pairing-contracts'
import { fixedClock } from '../../src/index.ts'

/** Something that a store may do wrong; `none` does everything right. */
export type Bug =
  | 'none'
  | 'lands-on-throw'
  | 'blind-to-itself'
  | 'overlaps'
  | 'counts-failures'
  | 'logs-nothings'
  | 'forgets-notes'
  | 'removes-as-null'
  | 'stale-view'
  | 'dirty-view'
  | 'decodes-each-time'
  | 'shares-values'
  | 'takes-anything'
  | 'drops-damaged'
  | 'unordered'
  | 'plain-object-keys'
  | 'takes-empty-keys'
  | 'never-ends'
  | 'ignores-abort'
  | 'skips-live'
  | 'writes-after-close'
  | 'answers-after-close'
  | 'late-transactions'
  | 'walks-once'
  | 'walks-by-number'
  | 'walks-past-damage'
  | 'branches-gone'

const coded = (code: string, more: object = {}): Error =>
  Object.assign(new Error(code), { code, ...more })

/** A store on a plain map, as small as it can be, that has one bug. */
export function mapStore(bug: Bug): CredentialStore {
  const records = new Map<string, Json>()
  const log: JournalEntry[] = []
  const waiting = new Set<() => void>()
  const clock = fixedClock()
  const state = { closed: false, last: Promise.resolve() as Promise<unknown>, seq: 0 }
  const has = (one: Bug): boolean => bug === one
  const ring = (): void => {
    for (const wake of [...waiting]) wake()
  }
  const assertOpen = (): void => {
    if (state.closed) throw coded('ERR_STORE_CLOSED')
  }
  const decode = <T>({ name, decode: read }: Collection<T>, key: string, raw: Json): T => {
    try {
      return read(has('shares-values') ? raw : frozen(raw))
    } catch {
      throw coded('ERR_STORE_RECORD_DAMAGED', { collection: name, key })
    }
  }
  const keysOf = (from: ReadonlyMap<string, Json>, name: string, prefix: string): string[] => {
    const start = `${name}|${prefix}`
    const keys = [...from.keys()].filter((place) => place.startsWith(start))
    return (has('unordered') ? keys : keys.sort()).map((place) => place.slice(name.length + 1))
  }
  const listed = <T>(from: ReadonlyMap<string, Json>, collection: Collection<T>, prefix: string) =>
    keysOf(from, collection.name, prefix).flatMap((key) => {
      try {
        return [
          { key, value: decode(collection, key, from.get(`${collection.name}|${key}`) ?? null) },
        ]
      } catch (error) {
        if (has('drops-damaged')) return []
        throw error
      }
    })

  async function run<R>(intent: Intent, work: (tx: Transaction) => R | Promise<R>): Promise<R> {
    const draft = has('dirty-view') || has('lands-on-throw') ? records : new Map(records)
    const before = new Map(records)
    const touched = new Map<string, Change>()
    const notes: [string, Json][] = []
    const life = { over: false }
    const enter = (): void => {
      if (life.over && !has('late-transactions')) throw coded('ERR_STORE_TRANSACTION_OVER')
    }
    const write = (name: string, key: string, value: Json | undefined): void => {
      enter()
      checkNames(name, key)
      const place = `${name}|${has('plain-object-keys') && key === '__proto__' ? '' : key}`
      if (value === undefined) draft.delete(place)
      else draft.set(place, value)
      touched.delete(place)
      touched.set(place, { collection: name, key, value })
    }
    const tx: Transaction = {
      now: clock.now(),
      get: async (collection, key) => {
        enter()
        const raw = (has('blind-to-itself') ? before : draft).get(`${collection.name}|${key}`)
        return raw === undefined ? undefined : decode(collection, key, raw)
      },
      list: async (collection, prefix) => {
        enter()
        return listed(draft, collection, prefix)
      },
      put: (collection, key, value) => write(collection.name, key, encoded(collection, value)),
      remove: (collection, key) =>
        write(collection.name, key, has('removes-as-null') ? null : undefined),
      note: (detail) => {
        enter()
        notes.push(...Object.entries(detail))
      },
    }
    try {
      const result = await work(tx)
      const changes = [...touched].flatMap(([place, change]) => {
        const same = JSON.stringify(before.get(place)) === JSON.stringify(change.value)
        return same && !has('logs-nothings') ? [] : [change]
      })
      for (const [place] of touched) {
        const value = draft.get(place)
        if (value === undefined) records.delete(place)
        else records.set(place, value)
      }
      if (changes.length === 0 && !has('logs-nothings')) return result
      state.seq += 1
      const entry = {
        seq: state.seq as Seq,
        time: tx.now,
        actor: intent.actor,
        action: intent.action,
        changes,
      }
      const said = notes.length > 0 && !has('forgets-notes')
      log.push(said ? { ...entry, detail: Object.fromEntries(notes) } : entry)
      ring()
      return result
    } catch (error) {
      if (has('counts-failures')) state.seq += 1
      if (has('dirty-view')) restore(records, before)
      throw error
    } finally {
      life.over = true
    }
  }

  function encoded<T>(collection: Collection<T>, value: T): Json {
    const raw = collection.encode(value)
    if (has('takes-anything')) return raw
    if (has('shares-values')) return raw
    if (!isJson(raw, 0)) throw coded('ERR_STORE_VALUE')
    const copy = JSON.parse(JSON.stringify(raw)) as Json
    try {
      collection.decode(frozen(copy))
    } catch {
      throw coded('ERR_STORE_VALUE')
    }
    return copy
  }

  function checkNames(name: string, key: string): void {
    if (!/^[a-z][a-z0-9.]{0,63}$/.test(name)) throw coded('ERR_STORE_NAME')
    if (key === '' && has('takes-empty-keys')) return
    if (key === '' || key.length > 4096 || /[\0\p{Surrogate}]/u.test(key))
      throw coded('ERR_STORE_NAME')
  }

  async function* follow(after: Seq, signal: AbortSignalLike): AsyncGenerator<JournalEntry> {
    if (after > state.seq) throw coded('ERR_STORE_HISTORY_GAP')
    let last: number = after
    while (has('ignores-abort') || !signal.aborted) {
      const next = log.find(({ seq }) => seq > last)
      if (next) {
        last = next.seq
        yield next
        continue
      }
      if (state.closed && !has('never-ends')) return
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake)
          resolve()
        }
        waiting.add(wake)
        if (!has('ignores-abort')) signal.addEventListener('abort', wake)
      })
      if (has('skips-live')) last = state.seq
    }
  }

  /** What was handed out, by key; with 'walks-by-number' how much of it. */
  function walkThrough<T>(collection: Collection<T>): Walk<T> {
    const told = new Map<string, Json | undefined>()
    const untold = (): string[] => {
      const keys = keysOf(records, collection.name, '')
      if (has('walks-by-number')) return keys.slice(told.size)
      const rawOf = (key: string) => records.get(`${collection.name}|${key}`)
      return keys.filter((key) =>
        has('walks-once') ? !told.has(key) : told.get(key) !== rawOf(key),
      )
    }
    return {
      next: (limit) => {
        assertOpen()
        const entries: { key: string; value: T }[] = []
        const damaged: OpenClawError[] = []
        for (const key of untold().slice(0, limit)) {
          const raw = records.get(`${collection.name}|${key}`)
          told.set(key, raw)
          try {
            entries.push({ key, value: decode(collection, key, raw ?? null) })
          } catch (error) {
            if (!has('walks-past-damage')) damaged.push(error as OpenClawError)
          }
        }
        return { entries, damaged, more: untold().length > 0 }
      },
    }
  }

  function branches(name: string, prefix: string): readonly string[] {
    assertOpen()
    const from = has('branches-gone')
      ? log.flatMap(({ changes }) => changes.map(({ key }) => key))
      : keysOf(records, name, prefix)
    const ends = from
      .filter((key) => key.startsWith(prefix) && key.includes('/', prefix.length))
      .map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1))
    return [...new Set(ends)].sort()
  }

  return {
    transact: async (intent, work) => {
      if (!has('writes-after-close')) assertOpen()
      if (has('overlaps')) return run(intent, work)
      const done = state.last.then(() => run(intent, work))
      state.last = done.catch(() => undefined)
      return done
    },
    view: (collection) => {
      checkNames(collection.name, 'k')
      const cache = new Map<string, { raw: Json; value: unknown }>()
      const kept = has('stale-view') ? new Map(records) : records
      const value = <T>({ name, ...rest }: Collection<T>, key: string): T | undefined => {
        if (!has('answers-after-close')) assertOpen()
        const raw = kept.get(`${name}|${key}`)
        if (raw === undefined) return undefined
        const known = cache.get(key)
        if (known?.raw === raw && !has('decodes-each-time')) return known.value as T
        const made = decode({ name, ...rest }, key, raw)
        cache.set(key, { raw, value: made })
        return made
      }
      return {
        get: (key) => value(collection, key),
        has: (key) => value(collection, key) !== undefined,
        peek: (key) => value(collection, key),
        entries: (prefix) => {
          if (!has('answers-after-close')) assertOpen()
          if (has('drops-damaged')) return listed(kept, collection, prefix)
          return keysOf(kept, collection.name, prefix).map((key) => ({
            key,
            value: value(collection, key) as never,
          }))
        },
        branches: (prefix) => branches(collection.name, prefix),
        walk: () => walkThrough(collection),
        seq: () => state.seq as Seq,
      }
    },
    history: async (after, limit) => {
      assertOpen()
      return log
        .filter(({ seq }) => seq > after)
        .slice(0, limit)
        .map(frozen)
    },
    changes: (after, signal) => {
      assertOpen()
      return follow(after, signal)
    },
    close: async () => {
      state.closed = true
      await state.last
      ring()
    },
  }
}

function restore(records: Map<string, Json>, before: ReadonlyMap<string, Json>): void {
  records.clear()
  for (const [place, value] of before) records.set(place, value)
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || depth > 64) return false
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, at) => value[at]).every((part) =>
      isJson(part, depth + 1),
    )
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.values(value).every((part) => isJson(part, depth + 1))
}
