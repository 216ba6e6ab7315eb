/**
 * What the owner should know about the journal although it works.
 *
 * - `torn-tail`: the end of a write that was cut off was removed; nobody had been told that it succeeded
 * - `skipped-record`: a writer that had lost the lock wrote a record that does not count
 * - `rotation-failed`, `removal-failed`: tried again later
 */
export interface JournalFinding {
  readonly what: 'torn-tail' | 'skipped-record' | 'rotation-failed' | 'removal-failed'
  readonly file: string
  /** One sentence. */
  readonly problem: string
}

const KEPT = 100

/** The last findings. */
export interface Findings {
  readonly add: (finding: JournalFinding) => void
  readonly all: () => readonly JournalFinding[]
}

/** No findings yet. */
export function journalFindings(): Findings {
  const found: JournalFinding[] = []
  return {
    add: (finding) => {
      found.push(finding)
      if (found.length > KEPT) found.shift()
    },
    all: () => [...found],
  }
}
