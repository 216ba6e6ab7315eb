import { isOpenClawError } from '@openclaw/pairing-contracts'

/**
 * How far an approved message had come when it was last written down.
 *
 * - `delivering`: handed to the agent, no answer yet
 * - `replying`: the agent's answer is being sent
 * - `done`: nothing more is to be done
 */
export type WorkStage = 'delivering' | 'replying' | 'done'

/**
 * What is known of a message that came: `new`: nothing, and it is noted as `delivering` now · `elsewhere`: another process that lives is
 * at it · else how far it had come when whoever was at it ended.
 */
export type WorkBegun = 'new' | 'elsewhere' | WorkStage

/**
 * Remembers approved messages across restarts, so that one that a platform delivers again is not answered again. What is noted
 * is durable when it resolves. Bounded; strangers' messages never get here.
 *
 * Where several processes share it, both reject with `ERR_STORE_LEASE_OVER` or `ERR_STORE_MARK_OVER` when the message is another's
 * now: nothing more is to be done with it here.
 */
export interface WorkLog {
  readonly begin: (key: string) => Promise<WorkBegun>
  readonly mark: (key: string, stage: WorkStage) => Promise<void>
  readonly close: () => Promise<void>
}

/** True for what a {@link WorkLog} says when a message is another process's now. */
export function isHandedOver(error: unknown): boolean {
  return isOpenClawError(error) && HANDED_OVER.has(error.code)
}

const HANDED_OVER: ReadonlySet<string> = new Set(['ERR_STORE_LEASE_OVER', 'ERR_STORE_MARK_OVER'])

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
      const before = stages.get(key)
      if (before === undefined) mark(key, 'delivering')
      return before ?? 'new'
    },
    mark: async (key, stage) => mark(key, stage),
    close: async () => {},
  }
}
