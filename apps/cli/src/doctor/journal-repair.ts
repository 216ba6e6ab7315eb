import type { Call } from '../args/types.ts'
import type { Finding } from './finding.ts'

/** The repair of a damaged journal. */
export function journalRepair(_call: Call, _stateDir: string): Pick<Finding, 'repair'> {
  return {}
}
