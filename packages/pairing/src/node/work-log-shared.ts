import type { NamedMarks } from '@openclaw/credential-store-postgres'
import type { ReplicaId } from '@openclaw/pairing-contracts'
import type { WorkLog, WorkStage } from '../work-log.ts'

/** What {@link sharedWorkLog} works with. */
export interface SharedWorkLogComponents {
  /** Of one account; made under its lease where it has one. */
  readonly marks: NamedMarks
  /** This process, as others know it. */
  readonly replica: ReplicaId
  readonly isAlive: (replica: ReplicaId) => boolean
}

/** A {@link WorkLog} in the database that several processes share. A message that one began is left to it as long as it lives. */
export function sharedWorkLog({ marks, replica, isAlive }: SharedWorkLogComponents): WorkLog {
  return {
    begin: async (key) => {
      const before = await marks.begin(key, 'delivering')
      if (before === undefined) return 'new'
      const stage = stageOf(before.stage)
      if (stage === 'done' || before.replica === replica) return stage
      if (!before.isOver && isAlive(before.replica)) return 'elsewhere'
      return (await marks.take(key, before)) ? stage : 'elsewhere'
    },
    mark: (key, stage) => marks.put(key, stage),
    close: async () => {},
  }
}

/** What a later version notes is no reason to answer again. */
function stageOf(stage: string): WorkStage {
  return stage === 'delivering' || stage === 'replying' ? stage : 'done'
}
