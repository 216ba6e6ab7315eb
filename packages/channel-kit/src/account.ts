import {
  type AbortSignalLike,
  type ChannelAddress,
  type ChannelHost,
  isOpenClawError,
  type SendOutcome,
} from '@openclaw/pairing-contracts'
import type { StatusBoard } from './status.ts'
import { inWords } from './words.ts'

/** One run of an account. */
export interface AccountRun {
  readonly address: ChannelAddress
  readonly board: StatusBoard
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
  /** Told what ends with this run: it aborts at the stop, and when the run fails. */
  readonly began?: (stop: AbortSignalLike) => void
}

/**
 * The frame of every `run`: the status at its beginning and end, log lines that say which account they are of, and a
 * signal that ends whatever still tries again in the background.
 *
 * @throws what `work` throws: this account can never work
 */
export async function runAccount(
  { address, board, host, signal, began }: AccountRun,
  work: (host: ChannelHost, signal: AbortSignalLike) => Promise<void>,
): Promise<void> {
  const stop = new AbortController()
  const abort = (): void => stop.abort()
  signal.addEventListener('abort', abort)
  began?.(stop.signal)
  board.set('starting')
  try {
    if (!signal.aborted) await work(labelled(host, address), stop.signal)
    board.set('stopped')
  } catch (error) {
    board.set('failed', inWords(error, 'an unexpected error'))
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    abort()
  }
}

function labelled(host: ChannelHost, { channel, account }: ChannelAddress): ChannelHost {
  return {
    ...host,
    log: (level, event, fields) => host.log(level, event, { channel, account, ...fields }),
  }
}

/** What a `send` that throws has come to: an account that can never work refuses. */
export async function neverRejects(send: () => Promise<SendOutcome>): Promise<SendOutcome> {
  try {
    return await send()
  } catch (error) {
    return { outcome: 'refused', reason: isOpenClawError(error) ? error.message : 'not possible' }
  }
}

/** Makes a thing when it is first asked for; what making it throws is thrown at each asking. */
export function onceMade<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
