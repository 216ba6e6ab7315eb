import type { Transaction } from '@openclaw/pairing-contracts'
import { WorkTimedOut } from '../errors.ts'
import { WORK_TIMEOUT_MS } from '../limits.ts'

/** What is run, and how long it may take. */
export interface WorkLimit {
  readonly action: string
  /** In ms; {@link WORK_TIMEOUT_MS} unless given. */
  readonly withinMs?: number
}

/** Runs `work` on `tx` for a limited time, so that one that hangs does not hold up everyone. */
export async function runWork<R>(
  { action, withinMs = WORK_TIMEOUT_MS }: WorkLimit,
  tx: Transaction,
  work: (tx: Transaction) => R | Promise<R>,
): Promise<R> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new WorkTimedOut(action, withinMs)), withinMs)
  })
  try {
    return await Promise.race([Promise.resolve(tx).then(work), late])
  } finally {
    clearTimeout(timer)
  }
}
