import type { Transaction } from '@openclaw/pairing-contracts'
import { WorkTimedOut } from '../errors.ts'
import { WORK_TIMEOUT_MS } from '../limits.ts'

/** Runs `work` on `tx` for at most {@link WORK_TIMEOUT_MS}, so that one that hangs does not hold up everyone. */
export async function runWork<R>(
  action: string,
  tx: Transaction,
  work: (tx: Transaction) => R | Promise<R>,
): Promise<R> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new WorkTimedOut(action, WORK_TIMEOUT_MS)), WORK_TIMEOUT_MS)
  })
  try {
    return await Promise.race([Promise.resolve(tx).then(work), late])
  } finally {
    clearTimeout(timer)
  }
}
