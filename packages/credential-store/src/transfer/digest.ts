import type { Sha256 } from '@openclaw/pairing-contracts'
import { encodeEntry } from '../journal/lines.ts'
import type { ImageHead, ImageItem } from './types.ts'

/** Counts and digests what passes. */
export interface ImageTally {
  readonly add: (item: ImageItem) => void
  readonly records: () => number
  readonly entries: () => number
  /** Of everything that passed: SHA-256, 64 hex characters. */
  readonly digest: (at: Pick<ImageHead, 'seq' | 'floor'>) => string
}

const MODULUS: bigint = 1n << 256n

/**
 * The digest of a content is the same whatever store it comes from: databases and files sort keys differently, so the hashes
 * of records are summed up; those of entries are chained.
 */
export function imageTally(sha256: Sha256): ImageTally {
  let sum = 0n
  let chain = ''
  let records = 0
  let entries = 0
  return {
    add: (item) => {
      const hash = sha256(contentOf(item))
      if (item.kind === 'record') {
        records += 1
        sum = (sum + BigInt(`0x${hash}`)) % MODULUS
      } else {
        entries += 1
        chain = sha256(chain + hash)
      }
    },
    records: () => records,
    entries: () => entries,
    digest: ({ seq, floor }) =>
      sha256(JSON.stringify([seq, floor, records, sum.toString(16), entries, chain])),
  }
}

function contentOf(item: ImageItem): string {
  if (item.kind === 'entry') return JSON.stringify(encodeEntry(item.entry))
  const { collection, key, value, seq = 0 } = item
  return JSON.stringify([collection, key, value, seq])
}
