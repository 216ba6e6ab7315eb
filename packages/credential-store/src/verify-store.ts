import type { DocumentVerdict } from './documents/types.ts'
import { type JournalReport, type VerifyFinding, verifyJournal } from './journal/verify.ts'
import { endFinding } from './lost-end.ts'
import type { Documents } from './store-documents.ts'
import type { StoreParts } from './store-parts.ts'

/** What {@link FileStore.verify} found. */
export interface StoreReport extends JournalReport {
  /** How each well-known file compares with the journal. */
  readonly documents: readonly DocumentVerdict[]
}

function withEnd(report: JournalReport, end: VerifyFinding | undefined): JournalReport {
  return end ? { ...report, ok: false, findings: [...report.findings, end] } : report
}

/** Checks all kept segments and compares the well-known files with the journal. */
export async function verifyStore(
  parts: StoreParts,
  documents: Documents | undefined,
): Promise<StoreReport> {
  const pause = () => new Promise<void>((resolve) => setImmediate(resolve))
  const walked = await verifyJournal(parts.readPorts, pause)
  const report = walked.ok ? withEnd(walked, endFinding(parts)) : walked
  const verdicts = (await documents?.sync.verify()) ?? []
  const ok = report.ok && verdicts.every(({ state }) => state === 'same' || state === 'behind')
  return { ...report, ok, documents: verdicts }
}
