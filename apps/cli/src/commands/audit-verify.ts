import type { Call, Command } from '../args/types.ts'
import { printDatabase } from '../audit/verify-database.ts'
import { isWhole, printFiles } from '../audit/verify-files.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withWaiting } from '../people/session.ts'

/** `audit verify`. */
export const command: Command = {
  usage: ['audit verify'],
  about:
    'Checks every record of the journal (checksum, chain, numbers), that each segment goes on from the one before, and that the well-known files show what the journal says; of a database, that its rows do. Changes nothing. Exit 1 when something is damaged.',
  options: {},
  words: { min: 0, max: 0 },
  examples: [{ line: 'audit verify', what: 'is the journal whole?' }],
  run: verify,
}

function verify(call: Call): Promise<ExitCode> {
  return withWaiting(call, 'read', async ({ pairing: { backend } }) => {
    if (backend.kind === 'files') {
      const report = await backend.store.verify()
      const ok = isWhole(report)
      if (call.json) call.screen.json({ ...report, ok })
      else printFiles(call, report)
      return ok ? EXIT.done : EXIT.failed
    }
    const report = await backend.store.verify()
    if (call.json) call.screen.json({ ...report, where: backend.store.where })
    else printDatabase(call, report, backend.store.where)
    return report.ok ? EXIT.done : EXIT.failed
  })
}
