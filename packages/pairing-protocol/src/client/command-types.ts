import type { Json } from '@openclaw/pairing-contracts'

/** How a command is asked for. */
export interface CommandCall {
  readonly command: string
  /** The id of this call at the gateway. */
  readonly id: string
  /** The same key means the same call: whoever cannot do it twice keeps the keys that were done. Absent from old callers. */
  readonly idempotencyKey: string | undefined
  /** Milliseconds until the answer is of no use. */
  readonly timeoutMs: number
  /** Aborted when the time is over or the connection is lost: nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/**
 * Does what a command asks for. What it returns is the result; nothing is a result as well.
 *
 * @throws `CommandFailed` to tell the caller why; any other error is told as `FAILED`, without its message
 */
export type CommandHandler = (
  params: Json | undefined,
  call: CommandCall,
) => Json | undefined | Promise<Json | undefined>

/** Handlers by the names that the node declares. */
export type CommandHandlers = Readonly<Record<string, CommandHandler>>
