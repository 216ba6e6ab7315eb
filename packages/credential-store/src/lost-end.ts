import { factsOf } from './documents/file-facts.ts'
import { lastWitness, type Witness } from './documents/witness.ts'
import { JournalDamaged, JournalMissing } from './journal/errors.ts'
import { pathOf } from './journal/position.ts'
import type { VerifyFinding } from './journal/verify.ts'
import type { StoreParts } from './store-parts.ts'

/** The parts that tell whether a journal is whole. */
export type EndParts = Pick<StoreParts, 'journal' | 'readPorts' | 'isVerified' | 'root'>

/**
 * Throws when the journal, read by now, does not reach as far as one of our copies: whole lines are gone from its end, a
 * revocation perhaps, and no line that is left can tell. From then on nothing is answered from it.
 */
export function assertEnd(parts: EndParts): void {
  const { journal } = parts
  if (isVerifiedEnd(parts)) return
  const witness = missedWitness(parts)
  if (witness === undefined) return
  const error = lostEnd(parts, witness)
  journal.distrust(error)
  throw error
}

/** The same as a finding, for a check of everything; `undefined` when the end is there. */
export function endFinding(parts: EndParts): VerifyFinding | undefined {
  const witness = witnessFor(parts)
  if (witness === undefined) return undefined
  const error = lostEnd(parts, witness)
  const at = error instanceof JournalDamaged ? { line: error.line, problem: error.why } : undefined
  return {
    severity: 'damage',
    what: 'missing-end',
    file: error.file,
    ...(at ?? { problem: 'it is missing' }),
  }
}

function witnessFor(parts: EndParts): Witness | undefined {
  try {
    return missedWitness(parts)
  } catch {
    // damaged just now: whoever reads on says so
    return undefined
  }
}

function isVerifiedEnd({ journal, isVerified }: EndParts): boolean {
  const tail = journal.position()?.tail
  return tail !== undefined && isVerified?.(tail.file, factsOf(tail.stat())) === true
}

function missedWitness({ root, journal, readPorts }: EndParts): Witness | undefined {
  const witness = lastWitness(root, readPorts)
  if (witness === undefined || witness.seq <= journal.seq()) return undefined
  // another process may have written both since
  if (journal.failure() === undefined) journal.recheck()
  return witness.seq <= journal.seq() ? undefined : witness
}

function lostEnd(
  { journal, readPorts }: EndParts,
  { seq, file }: Witness,
): JournalDamaged | JournalMissing {
  const at = journal.position()
  if (at === undefined) return new JournalMissing(pathOf(readPorts, 1))
  const last = String(journal.seq())
  return new JournalDamaged(
    { file: at.tail.file, line: at.tail.line() + 1 },
    `it ends with transaction ${last}, but ${file} was written after transaction ${String(seq)}`,
  )
}
