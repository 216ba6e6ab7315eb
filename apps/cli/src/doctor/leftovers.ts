import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { argumentWord } from '../program.ts'
import type { Finding } from './finding.ts'

/** Lists of a state directory that nobody reads where a database is named. */
const LISTS = ['pairing-journal', 'credentials', 'devices/paired.json', 'nodes/paired.json']
/** What is left in a journal that was moved away. */
const MOVED = 'pairing-journal/moved.json'

/** Says so where lists lie in files beside a database: somebody may believe that they hold. */
export function leftoverFindings(stateDir: string): readonly Finding[] {
  const there = LISTS.find((name) => existsSync(join(stateDir, name)))
  if (there === undefined || existsSync(join(stateDir, MOVED))) return []
  return [
    {
      id: 'files-beside-database',
      severity: 'warning',
      subject: join(stateDir, there),
      problem: 'lists lie here in files, and a database is named that is used instead',
      consequence:
        'who was let in, blocked or made an owner in them is not in the database, unless it was moved there',
      fix: `openclaw store migrate --from ${argumentWord(stateDir)}; or put them away`,
    },
  ]
}
