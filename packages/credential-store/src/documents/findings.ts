import { MAX_FINDINGS } from './limits.ts'
import type { DocumentFinding, DocumentFindingCode } from './types.ts'

/** What the owner should know, as long as it is true; things that happened stay until they are crowded out. */
export interface Findings {
  /** Adds it, or puts it in the place of an older one about the same. */
  readonly report: (finding: DocumentFinding) => void
  /** Forgets what is not true any more of `file`. */
  readonly resolve: (file: string, codes: ReadonlySet<DocumentFindingCode>) => void
  readonly list: () => readonly DocumentFinding[]
}

/** What a successful look disproves. */
export const readProblems: ReadonlySet<DocumentFindingCode> = new Set([
  'ERR_DOCUMENT_CHANGED',
  'ERR_DOCUMENT_FOLDER',
  'ERR_DOCUMENT_LINK',
  'ERR_DOCUMENT_OWNER',
  'ERR_DOCUMENT_UNREADABLE',
])

/** What a successful write disproves. */
export const writeProblems: ReadonlySet<DocumentFindingCode> = new Set([
  'ERR_DOCUMENT_BEHIND',
  'ERR_DOCUMENT_LOCKED',
  'ERR_DOCUMENT_RENAME',
  'ERR_DOCUMENT_UNWRITABLE',
])

/** No findings yet. */
export function emptyFindings(): Findings {
  const kept = new Map<string, DocumentFinding>()
  return {
    report: (finding) => {
      kept.set(keyOf(finding), finding)
      const oldest = kept.keys().next()
      if (kept.size > MAX_FINDINGS && !oldest.done) kept.delete(oldest.value)
    },
    resolve: (file, codes) => {
      for (const [key, finding] of kept) {
        if (finding.file === file && codes.has(finding.code)) kept.delete(key)
      }
    },
    list: () => [...kept.values()],
  }
}

function keyOf({ code, file, problem }: DocumentFinding): string {
  return code === 'ERR_DOCUMENT_REFUSED' ? `${code} ${file} ${problem}` : `${code} ${file}`
}
