import { isOpenClawError, type JsonObject } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { given } from '../args/values.ts'
import { NotFoundError, RefusedError } from '../errors.ts'
import type { Page } from '../output/screen.ts'
import { canAsk, confirm, questionPage } from '../people/ask.ts'

/** What somebody is asked. */
export interface Asked {
  readonly question: string
  /** Prints what would be done. */
  readonly show: (page: Page) => void
  /** The line that does it without being asked. */
  readonly hint: string
  /** The same for a script. */
  readonly detail: JsonObject
}

/**
 * Resolves when somebody agreed, at a terminal or by `--yes`.
 *
 * @throws {@link RefusedError} otherwise; nothing was changed then
 */
export async function agree(call: Call, { question, show, hint, detail }: Asked): Promise<void> {
  if (given(call, 'yes')) return
  const page = questionPage(call) ?? call.screen.err
  show(page)
  if (!canAsk(call)) {
    throw new RefusedError('ERR_CLI_NOT_CONFIRMED', 'nothing was changed: nobody could be asked', {
      hint,
      detail,
    })
  }
  if (await confirm(call, question)) return
  throw new RefusedError('ERR_CLI_ANSWERED_NO', 'Nothing was changed.', { detail })
}

/** What a store refuses, and what is just not there. */
const REFUSED: ReadonlySet<string> = new Set([
  'ERR_STORE_MOVED',
  'ERR_STORE_UNFINISHED',
  'ERR_STORE_TRANSFER_TARGET',
  'ERR_STORE_TRANSFER_IN_USE',
])

/** Runs `work`; what a store refuses ends with the exit code of a refusal. */
export async function refusing<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work()
  } catch (error) {
    if (!isOpenClawError(error)) throw error
    const said = { ...(error.hint !== undefined && { hint: error.hint }), cause: error }
    if (REFUSED.has(error.code)) {
      throw new RefusedError(error.code as `ERR_${string}`, error.message, said)
    }
    if (error.code === 'ERR_STORE_TRANSFER_NOTHING') {
      throw new NotFoundError(error.message, { ...said, detail: { reason: 'empty' } })
    }
    throw error
  }
}
