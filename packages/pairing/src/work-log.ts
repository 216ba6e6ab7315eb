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
 * What was known of a message when it came.
 *
 * - `new`: nothing; it is `delivering` now, and ours
 * - `elsewhere`: another gateway that lives is at it
 * - a stage: so far it had come, and whoever was at it is gone
 */
export type WorkBegun = 'new' | 'elsewhere' | WorkStage

/**
 * Remembers approved messages across restarts, so that one that a platform delivers again is not answered again; also by
 * another gateway, where several share it. Bounded; strangers' messages never get here.
 */
export interface WorkLog {
  /**
   * Notes `delivering` unless something is noted, in one step; durable when it resolves. Of several that come at once one is `new`.
   *
   * @throws `ERR_WORK_HANDED_OVER`; what it is kept on says when it could not be written
   */
  readonly begin: (key: string) => Promise<WorkBegun>
  /**
   * Notes how far it came; durable when it resolves.
   *
   * @throws `ERR_WORK_HANDED_OVER`; what it is kept on says when it could not be written
   */
  readonly mark: (key: string, stage: WorkStage) => Promise<void>
  readonly close: () => Promise<void>
}

/** Another gateway goes on with the message: nothing was noted, and nothing more may be said here. */
export class WorkHandedOver extends OpenClawError {
  override readonly name = 'WorkHandedOver'
  override readonly code = 'ERR_WORK_HANDED_OVER'
  constructor() {
    super('another gateway goes on with this message', {
      hint: 'nothing: it is handled there',
    })
  }
}

/** A work log that forgets at exit; enough where a platform never delivers twice. */
export function memoryWorkLog(limit: number): WorkLog {
  const stages = new Map<string, WorkStage>()
  const mark = (key: string, stage: WorkStage): void => {
    stages.delete(key)
    stages.set(key, stage)
    const [oldest] = stages.keys()
    if (stages.size > limit && oldest !== undefined) stages.delete(oldest)
  }
  return {
    begin: async (key) => {
      const stage = stages.get(key)
      if (stage === undefined) mark(key, 'delivering')
      return stage ?? 'new'
    },
    mark: async (key, stage) => mark(key, stage),
    close: async () => {},
  }
}
