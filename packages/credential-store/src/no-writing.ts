import { StoreReadOnly } from './journal/errors.ts'
import type { StoreWriting } from './store-writing.ts'

/** What stands for the writer in a store that only reads: whoever asks it to write is refused. */
export function noWriting(root: string): StoreWriting {
  const refuse = (): never => {
    throw new StoreReadOnly(root)
  }
  const reject = async (): Promise<never> => refuse()
  const nothing = async (): Promise<void> => undefined
  return {
    writePorts: refuse,
    writer: {
      ready: reject,
      prepare: reject,
      head: refuse,
      write: reject,
      tidy: reject,
      confirm: reject,
      failure: () => undefined,
      close: () => undefined,
    },
    queue: { add: reject, idle: nothing, close: nothing },
    withLock: reject,
  }
}
