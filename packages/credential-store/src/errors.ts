import { OpenClawError } from '@openclaw/pairing-contracts'

/** The store was closed; nothing was written. */
export class StoreClosed extends OpenClawError {
  override readonly name = 'StoreClosed'
  override readonly code = 'ERR_STORE_CLOSED'
  constructor() {
    super('the store is closed', { hint: 'open it again' })
  }
}

/** A record that cannot be decoded. It stays where it is; nothing was dropped. */
export class RecordDamaged extends OpenClawError {
  override readonly name = 'RecordDamaged'
  override readonly code = 'ERR_STORE_RECORD_DAMAGED'
  readonly collection: string
  readonly key: string
  constructor(at: { readonly collection: string; readonly key: string }, cause: unknown) {
    super(`record ${JSON.stringify(at.key)} of ${at.collection} cannot be read: ${reason(cause)}`, {
      hint: 'run `openclaw doctor`; a newer version may have written it',
      cause,
    })
    this.collection = at.collection
    this.key = at.key
  }
}

/** What was to be stored is not plain JSON, or could not be read back. Nothing was written. */
export class ValueRefused extends OpenClawError {
  override readonly name = 'ValueRefused'
  override readonly code = 'ERR_STORE_VALUE'
  constructor(why: string, cause?: unknown) {
    super(`cannot be stored: ${why}`, { hint: 'store plain JSON that its decoder accepts', cause })
  }
}

/** The name of a collection or the key of a record breaks its rule. Nothing was written. */
export class NameRefused extends OpenClawError {
  override readonly name = 'NameRefused'
  override readonly code = 'ERR_STORE_NAME'
  constructor(why: string) {
    super(why, { hint: 'keys: 1–4096 characters of well-formed text without U+0000' })
  }
}

/** A transaction was used after its `work` had ended. */
export class TransactionOver extends OpenClawError {
  override readonly name = 'TransactionOver'
  override readonly code = 'ERR_STORE_TRANSACTION_OVER'
  constructor() {
    super('this transaction is over', { hint: 'await everything inside `work`' })
  }
}

/** The `work` of a transaction did not end in time. Nothing was written. */
export class WorkTimedOut extends OpenClawError {
  override readonly name = 'WorkTimedOut'
  override readonly code = 'ERR_STORE_WORK_TIMEOUT'
  constructor(action: string, ms: number) {
    super(`the work of ${action} did not end within ${String(ms)} ms`, {
      hint: 'do no I/O and start no other transaction inside `work`',
    })
  }
}

/** Entries between what was asked for and what is kept are gone. */
export class HistoryGap extends OpenClawError {
  override readonly name = 'HistoryGap'
  override readonly code = 'ERR_STORE_HISTORY_GAP'
  /** The oldest entry that can still be read; its predecessor is a valid `after`. */
  readonly oldest: number
  constructor(after: number, oldest: number) {
    super(
      `what happened after ${String(after)} is not kept any more or not there; ${String(oldest)} is the oldest`,
      { hint: `read the state afresh and go on after ${String(oldest - 1)}` },
    )
    this.oldest = oldest
  }
}

/** The message of whatever was thrown. */
export function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
