import type { StoreReport } from './file-store.ts'
import { type JournalReport, type VerifyFinding, verifyJournal } from './journal/verify.ts'
import { endFinding } from './lost-end.ts'
import type { Documents } from './store-documents.ts'
import type { StoreParts } from './store-parts.ts'

/** Checks all kept segments, their end, and the well-known files against the journal. */
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

function withEnd(report: JournalReport, end: VerifyFinding | undefined): JournalReport {
  return end ? { ...report, ok: false, findings: [...report.findings, end] } : report
}
