import {
  type Bell,
  backoff,
  bell,
  type Inbox,
  neverRejects,
  onceMade,
  queued,
  runAccount,
  type StatusBoard,
  statusBoard,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelConnection, ChannelHost } from '@openclaw/pairing-contracts'
import { IMESSAGE } from '../definition.ts'
import { type Echoes, echoes } from '../echoes.ts'
import {
  BLUEBUBBLES_TIMING,
  type BlueBubblesTiming,
  SENDS_AT_ONCE,
  SENDS_WAITING,
} from '../limits.ts'
import { type BlueBubblesApi, blueBubblesApi } from './client.ts'
import { live } from './live.ts'
import { type Places, places } from './places.ts'
import { blueBubblesSend, type SendMethod } from './send.ts'
import type { BlueBubblesOptions } from './types.ts'
import { blueBubblesWebhook, type Intake } from './webhook.ts'

/** What the parts of one connection share. */
export interface Shared {
  readonly options: BlueBubblesOptions
  readonly timing: BlueBubblesTiming
  readonly board: StatusBoard
  readonly echoes: Echoes
  readonly places: Places
  /** Rings when there is a reason to look for messages at once. */
  readonly soon: Bell
  method: SendMethod
  /** Both `undefined` while the account does not run. */
  inbox: Inbox | undefined
  intake: Intake | undefined
  stop: AbortSignalLike | undefined
}

/**
 * One iMessage account through a BlueBubbles server: its webhook brings messages, and what it did not bring is asked for.
 *
 * `run` survives everything but what waiting does not mend: it rejects with `BlueBubblesUrlInvalid`,
 * `BlueBubblesPasswordMissing` or `BlueBubblesPasswordRejected`. A message is offered until the host has handled it, in
 * order for each person, across restarts, with the same key.
 */
export function bluebubblesConnection(options: BlueBubblesOptions): ChannelConnection {
  const shared: Shared = {
    options,
    timing: { ...BLUEBUBBLES_TIMING, ...options.timing },
    board: statusBoard(options.clock),
    echoes: echoes(options.clock),
    places: places(),
    soon: bell(),
    method: 'apple-script',
    ...{ inbox: undefined, intake: undefined, stop: undefined },
  }
  const api = onceMade(() => apiOf(options))
  const send = sendWith(shared, api)
  return {
    channel: IMESSAGE,
    account: options.account,
    status: shared.board.now,
    run: (host, signal) => run(shared, api, { host, signal }),
    send: (message) => {
      shared.inbox?.sentTo(message.to)
      return send(message)
    },
    webhook: { path: options.webhookPath, answer: answerWith(shared) },
  }
}

function apiOf({ serverUrl, password, webhookSecret }: BlueBubblesOptions): BlueBubblesApi {
  const secrets = webhookSecret === undefined ? [] : [webhookSecret]
  return blueBubblesApi({ serverUrl, password, secrets })
}

function sendWith(shared: Shared, api: () => BlueBubblesApi): ChannelConnection['send'] {
  const { timing, echoes, places } = shared
  const { chunks = {} } = shared.options
  const parts = { timing, echoes, places, chunks }
  const sender = { ...parts, method: () => shared.method, stop: () => shared.stop }
  return queued(
    (message) => neverRejects(() => blueBubblesSend({ ...sender, api: api() })(message)),
    { atOnce: SENDS_AT_ONCE, waiting: SENDS_WAITING },
  )
}

function answerWith(shared: Shared) {
  const { clock, password, webhookSecret } = shared.options
  return blueBubblesWebhook({
    secret: webhookSecret ?? password,
    intake: () => shared.intake,
    clock,
  })
}

interface Run {
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

function run(shared: Shared, api: () => BlueBubblesApi, { host, signal }: Run): Promise<void> {
  const { board, options, timing } = shared
  const address = { channel: IMESSAGE, account: options.account }
  const began = (stop: AbortSignalLike): void => {
    shared.stop = stop
  }
  return runAccount({ address, board, host, signal, began }, (labelled, stop) => {
    const waits = backoff(options, timing)
    return live(shared, { api: api(), host: labelled, signal: stop, waits })
  })
}
