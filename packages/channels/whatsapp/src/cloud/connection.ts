import { setMaxListeners } from 'node:events'
import {
  bell,
  neverRejects,
  onceMade,
  queued,
  redactor,
  runAccount,
  statusBoard,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelConnection, ChannelHost } from '@openclaw/pairing-contracts'
import { WHATSAPP } from '../definition.ts'
import { CLOUD_TIMING, SENDS_AT_ONCE } from '../limits.ts'
import { type GraphApi, graphApi } from './api.ts'
import { parseApiRoot, WHATSAPP_API_ROOT } from './api-root.ts'
import type { Failure } from './failure.ts'
import { isTokenFailure } from './fate.ts'
import { checkKeys } from './keys.ts'
import { live, type Shared } from './live.ts'
import { cloudSend } from './send.ts'
import { type Statuses, statusBook } from './statuses.ts'
import type { CloudOptions } from './types.ts'
import { webhookAnswer } from './webhook.ts'

/** Anything that looks like a token of Meta's, wherever it stands. */
const ANY_TOKEN = /\bEAA[0-9A-Za-z]{20,}/g

/** What is made at the first use. */
interface Client {
  readonly api: GraphApi
  readonly root: string
}

/**
 * One business number of WhatsApp, through Meta's Cloud API: it is called at `webhookPath`, and sends over HTTP.
 *
 * `run` survives everything but what waiting does not mend: it rejects with `WhatsappKeyMalformed`,
 * `WhatsappTokenRejected`, `WhatsappNumberNotFound`, `WhatsappApiRootInvalid` or `WhatsappApiNotFound`. Meta is told that
 * a message arrived when the host has handled it or it is written down; it is offered until it was handled: in order for
 * each person, across restarts, with the same key.
 */
export function cloudConnection(options: CloudOptions): ChannelConnection {
  const { account, clock, webhookPath: path, accessToken, appSecret, verifyToken } = options
  const timing = { ...CLOUD_TIMING, ...options.timing }
  const shared: Shared = {
    ...{ options, timing, board: statusBoard(clock), doubt: bell() },
    redact: redactor({ secrets: [accessToken, appSecret, verifyToken], pattern: ANY_TOKEN }),
    ...{ receiving: undefined, stop: undefined },
  }
  const statuses = statusBook(timing.statusMs)
  const client = onceMade(() => clientOf(shared))
  const send = queued(sendWith(shared, { client, statuses }), { atOnce: SENDS_AT_ONCE })
  const { phoneNumberId } = options
  const answer = webhookAnswer({
    ...{ appSecret, verifyToken, phoneNumberId, clock, statuses, redact: shared.redact },
    answerMs: timing.answerMs,
    receiving: () => shared.receiving,
  })
  return {
    channel: WHATSAPP,
    account,
    status: shared.board.now,
    run: (host, signal) => run(shared, client, { host, signal }),
    send: async (message) => {
      shared.receiving?.inbox.sentTo(message.to)
      return send(message)
    },
    webhook: { path, answer },
  }
}

/** @throws when a key or the API root can never work */
function clientOf({ options, timing, redact }: Shared): Client {
  const { phoneNumberId, accessToken, appSecret, verifyToken, apiRoot } = options
  checkKeys({ phoneNumberId, accessToken, appSecret, verifyToken })
  const root = parseApiRoot(apiRoot ?? WHATSAPP_API_ROOT)
  const { requestMs } = timing
  return { api: graphApi({ root, phoneNumberId, accessToken, requestMs, redact }), root }
}

interface Sending {
  readonly client: () => Client
  readonly statuses: Statuses
}

function sendWith(shared: Shared, { client, statuses }: Sending): ChannelConnection['send'] {
  const { timing, doubt } = shared
  const { chunks = {} } = shared.options
  /** What may be more than this one message's fault is looked at soon. */
  const failed = (failure: Failure): void => {
    if (isTokenFailure(failure) || failure.kind === 'unreachable') doubt.ring()
  }
  const times = { retryMs: timing.backoffMs, throttledMs: timing.throttledMs }
  const stop = () => shared.stop
  return (message) =>
    neverRejects(() =>
      cloudSend({ api: client().api, statuses, chunks, ...times, failed, stop })(message),
    )
}

interface Run {
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

function run(shared: Shared, client: () => Client, { host, signal }: Run): Promise<void> {
  const { board, options } = shared
  const address = { channel: WHATSAPP, account: options.account }
  const began = (stop: AbortSignalLike): void => {
    // Every webhook and every send under way listens to it.
    if (stop instanceof AbortSignal) setMaxListeners(0, stop)
    shared.stop = stop
  }
  return runAccount({ address, board, host, signal, began }, (labelled, stop) =>
    live(shared, { ...client(), host: labelled, signal: stop }),
  )
}
