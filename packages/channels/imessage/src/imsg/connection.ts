import { bell, neverRejects, queued, runAccount, statusBoard } from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelConnection } from '@openclaw/pairing-contracts'
import { IMESSAGE } from '../definition.ts'
import { IMSG_TIMING } from './limits.ts'
import { live } from './live.ts'
import { ownWords } from './own-words.ts'
import type { Call } from './rpc.ts'
import { imsgSend } from './send.ts'
import { redactPeople, type Shared } from './shared.ts'
import type { ImsgOptions } from './types.ts'

/**
 * One account of Messages on a Mac, through `imsg rpc`: a process that is started, watched, and started again.
 *
 * `run` survives everything but what waiting does not mend: it rejects with `ImsgNotFound`, `ImsgPermissionMissing`,
 * `ImsgTooOld` or `ImsgHostInvalid`. A message is offered until the host has handled it, in order within a chat, across
 * restarts, with the same key.
 */
export function imsgConnection(options: ImsgOptions): ChannelConnection {
  const shared: Shared = {
    options,
    timing: { ...IMSG_TIMING, ...options.timing },
    board: statusBoard(options.clock),
    ownWords: ownWords(options.clock),
    redact: redactPeople,
    ready: bell(),
    session: undefined,
    inbox: undefined,
    stop: undefined,
  }
  const { account } = options
  // Messages sends one after another; a second one waits in imsg.
  const send = queued(senderOf(shared), { atOnce: 2 })
  return {
    channel: IMESSAGE,
    account,
    status: shared.board.now,
    run: (host, signal) =>
      runAccount(
        {
          ...{ address: { channel: IMESSAGE, account }, board: shared.board, host, signal },
          began: (stop: AbortSignalLike) => {
            shared.stop = stop
          },
        },
        (labelled, stop) => live(shared, labelled, stop),
      ),
    send: (message) => {
      shared.inbox?.sentTo(message.to)
      return neverRejects(() => send(message))
    },
  }
}

function senderOf(shared: Shared): ChannelConnection['send'] {
  const { options, timing, board, redact } = shared
  return imsgSend({
    ready: () => readyCall(shared),
    ownWords: shared.ownWords,
    redact,
    service: options.service ?? 'auto',
    region: options.region ?? 'US',
    chunks: options.chunks ?? {},
    sendMs: timing.sendMs,
    retryMs: timing.backoffMs,
    stop: () => shared.stop,
    onBlocked: () => shared.session?.giveUp('imsg sends no more before it is started anew'),
    onForbidden: (words) => board.set(board.now().state, words),
  })
}

/** The running imsg, waited for while it is started anew. */
async function readyCall(shared: Shared): Promise<Call | undefined> {
  const { ready, timing, stop } = shared
  const isRunning = stop !== undefined && !stop.aborted
  if (shared.session === undefined && isRunning) await ready.wait(timing.readyMs, stop)
  return shared.session?.call
}
