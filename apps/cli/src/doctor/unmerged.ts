import type { NodePairing } from '@openclaw/pairing/node'
import type { Finding, Repair } from './finding.ts'
import { subjectIn } from './subject.ts'

/** Decisions that lie under a former name of a channel. A store that cannot be read is told by others. */
export function unmergedFindings(
  pairing: Pick<NodePairing, 'backend' | 'unmerged'>,
  open: Repair,
): readonly Finding[] {
  const { backend, unmerged } = pairing
  if (unmerged === undefined || backend.store.health().error !== undefined) return []
  const names = unmerged.names.join(', ')
  return [
    {
      id: 'channels-not-merged',
      severity: 'error',
      subject: subjectIn(pairing, 'pairing-journal'),
      problem: `who was let in or blocked under the former channel name ${names} was not moved to the channel that it is now`,
      consequence: 'they are strangers there until it is moved',
      fix: 'openclaw doctor --fix; where that changes nothing, the log of the gateway says why (channels-not-merged)',
      repair: { ...open, what: 'move them, as every start of the gateway does' },
    },
  ]
}
