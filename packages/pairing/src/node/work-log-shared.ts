import type { Mark, NamedMarks } from '@openclaw/credential-store-postgres'
import { isOpenClawError, type ReplicaId } from '@openclaw/pairing-contracts'
import { WorkHandedOver, type WorkLog, type WorkStage } from '../work-log.ts'

/** What a {@link sharedWorkLog} works with. */
export interface SharedWorkComponents {
  /** Those of one account; under a lease only its holder notes anything. */
  readonly marks: NamedMarks
  /** This gateway. */
  readonly replica: ReplicaId
  /** Whether another gateway lives, as far as is known here. */
  readonly isAlive: (replica: ReplicaId) => boolean
}

/** A {@link WorkLog} that several gateways share: a message is begun by one of them, and gone on with by one when that ended. */
export function sharedWorkLog(components: SharedWorkComponents): WorkLog {
  const { marks } = components
  return {
    begin: (key) => handingOver(() => begin(components, key)),
    mark: (key, stage) => handingOver(() => marks.put(key, stage)),
    close: async () => {},
  }
}

async function begin(
  components: SharedWorkComponents,
  key: string,
): Promise<'new' | 'elsewhere' | WorkStage> {
  const before = await components.marks.begin(key, 'delivering')
  if (before === undefined) return 'new'
  const stage = stageOf(before)
  if (stage === 'done' || before.replica === components.replica) return stage
  // Of a holder before us nothing comes any more; of a gateway that lives it may.
  if (!before.isOver && components.isAlive(before.replica)) return 'elsewhere'
  return (await components.marks.take(key, before)) ? stage : 'elsewhere'
}

/** A word of a later version is none that could be gone on with. */
function stageOf({ stage }: Mark): WorkStage {
  return stage === 'delivering' || stage === 'replying' ? stage : 'done'
}

const OVER: ReadonlySet<string> = new Set(['ERR_STORE_LEASE_OVER', 'ERR_STORE_MARK_OVER'])

async function handingOver<T>(note: () => Promise<T>): Promise<T> {
  try {
    return await note()
  } catch (error) {
    if (isOpenClawError(error) && OVER.has(error.code)) throw new WorkHandedOver()
    throw error
  }
}
