/**
 * How far an approved message had come when it was last written down.
 *
 * - `delivering`: handed to the agent, no answer yet
 * - `replying`: the agent's answer is being sent
 * - `done`: nothing more is to be done
 */
export type WorkStage = 'delivering' | 'replying' | 'done'

/**
 * Remembers approved messages across restarts, so that one that a platform delivers again is not answered again.
 * `mark` is durable when it resolves. Bounded; strangers' messages never get here.
 */
export interface WorkLog {
  readonly stageOf: (key: string) => WorkStage | undefined
  readonly mark: (key: string, stage: WorkStage) => Promise<void>
  readonly close: () => Promise<void>
}

/** A work log that forgets at exit; enough where a platform never delivers twice. */
export function memoryWorkLog(limit: number): WorkLog {
  const stages = new Map<string, WorkStage>()
  return {
    stageOf: (key) => stages.get(key),
    mark: async (key, stage) => {
      stages.delete(key)
      stages.set(key, stage)
      const [oldest] = stages.keys()
      if (stages.size > limit && oldest !== undefined) stages.delete(oldest)
    },
    close: async () => {},
  }
}
