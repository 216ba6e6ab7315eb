import type { Json } from '@openclaw/pairing-contracts'
import type { Landed, Read } from './lines.ts'

/** The states that a journal goes through: `seq` 0 is empty. */
export interface States {
  /** True when this is what a read at `seq` answers. */
  readonly agrees: (read: Read, seq: number) => boolean
  /** The first place from `lowest` to `highest` at which all reads fit. */
  readonly firstThat: (
    reads: readonly Read[],
    lowest: number,
    highest: number,
  ) => number | undefined
  /** A collection at `seq`, keys in order. */
  readonly of: (collection: string, seq: number) => Readonly<Record<string, Json>>
  /** Everything at `seq`. */
  readonly all: (seq: number) => Readonly<Record<string, Readonly<Record<string, Json>>>>
}

/** A value from entry `since` on. */
interface Version {
  readonly since: number
  readonly value: Json | null
}

type Versions = Map<string, Map<string, Version[]>>

/** Replays a journal. */
export function statesOf(journal: readonly Landed[]): States {
  const collections: Versions = new Map()
  for (const { seq, changes } of journal) {
    for (const { collection, key, value } of changes) {
      const keys = collections.get(collection) ?? new Map<string, Version[]>()
      collections.set(collection, keys.set(key, [...(keys.get(key) ?? []), { since: seq, value }]))
    }
  }
  const valueAt = (collection: string, key: string, seq: number): Json | null =>
    collections
      .get(collection)
      ?.get(key)
      ?.findLast(({ since }) => since <= seq)?.value ?? null
  const below = (collection: string, prefix: string, seq: number): (readonly [string, Json])[] =>
    [...(collections.get(collection)?.keys() ?? [])]
      .filter((key) => key.startsWith(prefix))
      .sort()
      .flatMap((key) => {
        const value = valueAt(collection, key, seq)
        return value === null ? [] : [[key, value] as const]
      })
  const agrees = (read: Read, seq: number): boolean =>
    'key' in read
      ? isSame(read.value, valueAt(read.collection, read.key, seq))
      : isSame(read.entries, below(read.collection, read.prefix, seq))
  const of = (collection: string, seq: number) => Object.fromEntries(below(collection, '', seq))
  return {
    agrees,
    firstThat: (reads, lowest, highest) => {
      for (let seq = lowest; seq <= highest; seq += 1) {
        if (reads.every((read) => agrees(read, seq))) return seq
      }
      return undefined
    },
    of,
    all: (seq) =>
      Object.fromEntries(
        [...collections.keys()]
          .sort()
          .map((name) => [name, of(name, seq)] as const)
          .filter(([, records]) => Object.keys(records).length > 0),
      ),
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
