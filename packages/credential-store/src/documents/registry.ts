import type { DocumentFamily, JournalEntry } from '@openclaw/pairing-contracts'
import { type Document, documentOf } from './document.ts'
import { outsideRecords } from './outside-record.ts'
import type { Trust } from './trust.ts'
import type { DocumentSyncOptions } from './types.ts'

/** What this process knows about one document. */
export interface KnownDocument {
  readonly document: Document
  /** Counts the commits that touched it; it is stale while {@link written} is behind. */
  wanted: number
  written: number
  /** What was verified last: it needs no look while it is the same. */
  trust: Trust | undefined
  /** The token of damage or absence that was seen once; acted upon when it is seen again. */
  suspect: string | undefined
  /** The token of damage or absence that was reported; the rewrite may go ahead. */
  handled: string | undefined
  /** A foreign change is let pass while its writer holds the lock file: since when, and how often it was. */
  deferred: { readonly since: number; readonly looks: number } | undefined
  /** In a store that only reads: what the document said when it was understood, and which copy of ours there was. */
  understood: { readonly baseId: string; readonly text: string } | undefined
  /** No write before this time, after one that failed. */
  notBefore: number
}

/** The documents that exist, did exist or should exist. */
export interface Registry {
  /** Enters a document; the same one for the same file. */
  readonly of: (family: DocumentFamily, fileName: string) => KnownDocument
  /** The family that a file belongs to. */
  readonly familyOf: (folder: string, fileName: string) => DocumentFamily | undefined
  /** In the order of the families, then of the names. */
  readonly all: () => readonly KnownDocument[]
  /** Marks what `changes` touch as stale. */
  readonly touch: (changes: Pick<JournalEntry, 'changes'>['changes']) => void
}

/** Nothing known yet. */
export function emptyRegistry(
  options: Pick<DocumentSyncOptions, 'root' | 'folder' | 'folders' | 'families'>,
): Registry {
  const { families } = options
  const known = new Map<DocumentFamily, Map<string, KnownDocument>>()
  const familyOf = (folder: string, fileName: string): DocumentFamily | undefined =>
    families.find((family) => family.folder === folder && family.owns(fileName))
  let inOrder: readonly KnownDocument[] | undefined
  const of = (family: DocumentFamily, fileName: string): KnownDocument => {
    const own = known.get(family) ?? new Map<string, KnownDocument>()
    known.set(family, own)
    const entry = own.get(fileName) ?? freshDocument(documentOf(options, family, fileName))
    if (!own.has(fileName)) inOrder = undefined
    own.set(fileName, entry)
    return entry
  }
  /** Whoever took a change from outside over may die before it writes the file again. */
  const touchNamed = (id: string): void => {
    const [folder = '', fileName = ''] = id.split('/')
    const family = familyOf(folder, fileName)
    if (family) of(family, fileName).wanted += 1
  }
  const sorted = (): readonly KnownDocument[] =>
    families.flatMap((family) =>
      [...(known.get(family)?.values() ?? [])].sort((a, b) =>
        a.document.fileName < b.document.fileName ? -1 : 1,
      ),
    )
  return {
    of,
    familyOf,
    all: () => {
      inOrder ??= sorted()
      return inOrder
    },
    touch: (changes) => {
      for (const change of changes) {
        if (change.collection === outsideRecords.name) touchNamed(change.key)
        for (const family of families) {
          if (!family.collections.includes(change.collection)) continue
          for (const name of family.documentsOf(change)) of(family, name).wanted += 1
        }
      }
    },
  }
}

function freshDocument(document: Document): KnownDocument {
  return {
    document,
    wanted: 0,
    written: 0,
    trust: undefined,
    suspect: undefined,
    handled: undefined,
    deferred: undefined,
    understood: undefined,
    notBefore: 0,
  }
}
