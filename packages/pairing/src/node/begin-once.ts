import type { WorkLog, WorkStage } from '../work-log.ts'

/** What is known at once, and noted by and by. */
export interface Stages {
  readonly stageOf: (key: string) => WorkStage | undefined
  readonly mark: WorkLog['mark']
}

/** {@link WorkLog.begin} of one process: who comes while the first mark of a key is written waits for what comes of it. */
export function beginOnce({ stageOf, mark }: Stages): WorkLog['begin'] {
  const beginning = new Map<string, Promise<void>>()
  return async (key) => {
    for (let first = beginning.get(key); first !== undefined; first = beginning.get(key)) {
      await first.catch(() => {})
    }
    const stage = stageOf(key)
    if (stage !== undefined) return stage
    const marked = mark(key, 'delivering').finally(() => beginning.delete(key))
    beginning.set(key, marked)
    await marked
    return 'new'
  }
}
