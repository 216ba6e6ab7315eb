import { OpenClawError } from '@openclaw/pairing-contracts'

/**
 * How far an approved message had come when it was last written down.
 *
 * - `delivering`: handed to the agent, no answer yet
 * - `replying`: the agent's answer is being sent
 * - `done`: nothing more is to be done
 */
export type WorkStage = 'delivering' | 'replying' | 'done'

/**
 * What was known of a message: nothing, how far it had come, or `elsewhere`: another gateway that lives is at it.
 */
export type WorkBefore = 'new' | 'elsewhere' | WorkStage

/**
 * Remembers approved messages across restarts, so that one that a platform delivers again is not answered again.
 * Bounded; strangers' messages never get here.
 */
export interface WorkLog {
  /** Marks a message `delivering` unless it is known, durably and in one step, and answers what was known. */
  readonly begin: (key: string) => Promise<WorkBefore>
  /**
   * Durable when it resolves.
   *
   * @throws {@link WorkHandedOver} when another gateway has the account now: nothing of the message may be done here any more
   */
  readonly mark: (key: string, stage: WorkStage) => Promise<void>
  readonly close: () => Promise<void>
}

/** Another gateway has taken over what was worked on here; it goes on with it, or says that it was interrupted. */
export class WorkHandedOver extends OpenClawError {
  override readonly name = 'WorkHandedOver'
  override readonly code = 'ERR_WORK_HANDED_OVER'
  constructor() {
    super('another gateway has this account now, and what was under way here')
  }
}

/** A work log that forgets at exit; enough where a platform never delivers twice. */
export function memoryWorkLog(limit: number): WorkLog {
  const stages = new Map<string, WorkStage>()
  const mark = async (key: string, stage: WorkStage): Promise<void> => {
    stages.delete(key)
    stages.set(key, stage)
    const [oldest] = stages.keys()
    if (stages.size > limit && oldest !== undefined) stages.delete(oldest)
  }
  return {
    begin: async (key) => {
      const before = stages.get(key)
      if (before === undefined) await mark(key, 'delivering')
      return before ?? 'new'
    },
    mark,
    close: async () => {},
  }
}
