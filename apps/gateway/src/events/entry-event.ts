import { describeActor } from '@openclaw/pairing-authority'
import type { JournalEntry } from '@openclaw/pairing-contracts'
import type { WebhookPayload } from '../webhook/signed-request.ts'
import { actorData } from './actor.ts'
import { deviceSubjects } from './devices.ts'
import { MAX_SUBJECTS } from './limits.ts'
import { ownerSubjects } from './owners.ts'
import { personSubjects } from './people.ts'
import type { Subject } from './subject.ts'

/**
 * What is told of an entry. Only fields that are named here leave: collections and fields that this version does not
 * know tell nothing but the action.
 */
export function entryEvent(entry: JournalEntry): WebhookPayload {
  const { seq, time, action, actor } = entry
  const subjects = subjectsOf(entry)
  const shown = subjects.slice(0, MAX_SUBJECTS)
  const left = subjects.length - shown.length
  return {
    type: action,
    timestamp: new Date(time).toISOString(),
    data: {
      seq,
      action,
      by: describeActor(actor),
      actor: actorData(actor),
      ...outcomeOf(subjects),
      subjects: shown,
      ...(left === 0 ? {} : { moreSubjects: left }),
    },
  }
}

function subjectsOf(entry: JournalEntry): readonly Subject[] {
  return entry.changes.flatMap((change) => [
    ...personSubjects(change),
    ...deviceSubjects(change, entry),
    ...ownerSubjects(change),
  ])
}

/** What became of it in a word: of the request that was decided, else of the first subject. */
function outcomeOf(subjects: readonly Subject[]): { readonly outcome?: string } {
  const [first] = subjects
  const decided = subjects.find(({ outcome }) => DECIDED.has(outcome)) ?? first
  return decided === undefined ? {} : { outcome: decided.outcome }
}

const DECIDED: ReadonlySet<string> = new Set(['approved', 'rejected', 'blocked', 'expired'])
