import type { Change, JournalEntry } from '@openclaw/pairing-contracts'
import type { AuditEvent } from './events.ts'
import { objectOf, textOf } from './fields.ts'

/** What a change of a setup code says, in words. That a decision used it up is told by the decision. */
export function setupEvents(
  { key, value }: Change,
  { action }: JournalEntry,
): readonly AuditEvent[] {
  const code = objectOf(value)
  const deviceId = textOf(code?.['deviceId'])
  const ended = textOf(code?.['ended'])
  const what = code === undefined ? undefined : wordsFor(action, ended)
  // A new code takes the place of an older one of the same owner; the entry is about the new one.
  const isReplaced = ended === 'withdrawn' && action === 'setup.create'
  if (what === undefined) return []
  return [
    {
      what: isReplaced ? 'setup code replaced' : what,
      ...(deviceId === undefined ? {} : { deviceId, role: 'node' }),
      detail: key,
    },
  ]
}

function wordsFor(action: string, ended: string | undefined): string | undefined {
  if (ended === 'withdrawn') return 'setup code withdrawn'
  if (ended === 'expired') return 'setup code expired'
  if (ended === 'used') return undefined
  return action === 'setup.bind' ? 'setup code taken' : 'setup code made'
}
