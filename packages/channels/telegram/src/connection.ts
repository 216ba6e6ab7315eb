import {
  backoff,
  handling,
  neverRejects,
  onceMade,
  originOf,
  queued,
  runAccount,
  type StatusBoard,
  saver,
  statusBoard,
  triesOf,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelConnection, ChannelHost } from '@openclaw/pairing-contracts'
import { type Clients, clientsOf, type ReceivingApi, receivingApi } from './api.ts'
import { parseApiRoot } from './api-root.ts'
import { classifyTelegram } from './classify.ts'
import { TELEGRAM } from './definition.ts'
import { TelegramTokenMalformed } from './errors.ts'
import { ledger } from './ledger.ts'
import { SEND_RETRY, SENDS_AT_ONCE, TELEGRAM_TIMING, type TelegramTiming } from './limits.ts'
import { offerCommands } from './offer-commands.ts'
import { encodePosition, loadPosition, type PositionOf } from './position.ts'
import { receive } from './receive.ts'
import { recovery } from './recover.ts'
import { telegramSend } from './send.ts'
import { botIdOf, isTelegramToken, redactor } from './token.ts'
import type { TelegramOptions } from './types.ts'

const DEFAULT_ROOT = 'https://api.telegram.org'

/** What the parts of one connection share. */
interface Shared {
  readonly options: TelegramOptions
  readonly timing: TelegramTiming
  readonly board: StatusBoard
  /** Chats whose message is with the host, and those among them that were written to. */
  readonly busy: Set<string>
  readonly answered: Set<string>
  stop: AbortSignalLike | undefined
}

/**
 * One Telegram bot, through grammY with long polling.
 *
 * `run` survives everything but a wrong token or API root: it rejects with {@link TelegramTokenMalformed},
 * `TelegramTokenRejected`, `TelegramNotFound` or `TelegramApiRootInvalid`. A message is confirmed to Telegram when the
 * host has handled it, and offered again until then: in order within a chat, across restarts, with the same key.
 */
export function telegramConnection(options: TelegramOptions): ChannelConnection {
  const shared: Shared = {
    options,
    timing: { ...TELEGRAM_TIMING, ...options.timing },
    board: statusBoard(options.clock),
    busy: new Set(),
    answered: new Set(),
    stop: undefined,
  }
  const client = onceMade(() => clientOf(options))
  const send = queued(sendWith(shared, client), { atOnce: SENDS_AT_ONCE })
  return {
    channel: TELEGRAM,
    account: options.account,
    status: shared.board.now,
    run: (host, signal) => run(shared, client, { host, signal }),
    send: async (message) => {
      if (shared.busy.has(message.to)) shared.answered.add(message.to)
      return send(message)
    },
    offerCommands: async (to, commands) => {
      // A convenience: what stands in its way is told by everything else as well.
      await offerCommands(client().sending, { to, commands }, shared.timing.requestMs).catch(
        () => {},
      )
    },
  }
}

interface Client extends Clients {
  readonly root: string
}

/** @throws when the token or the API root can never work */
function clientOf({ token, apiRoot, ...network }: TelegramOptions): Client {
  if (!isTelegramToken(token)) throw new TelegramTokenMalformed()
  const root = parseApiRoot(apiRoot ?? DEFAULT_ROOT)
  return { ...clientsOf(token, { ...network, root }), root }
}

function sendWith(shared: Shared, client: () => Client): ChannelConnection['send'] {
  const { chunks = {}, random, retry, timing } = shared.options
  const minDelayMs = timing?.backoffMs ?? SEND_RETRY.minDelayMs
  const limits = {
    timeoutMs: shared.timing.requestMs,
    tries: triesOf(retry ?? { ...SEND_RETRY, minDelayMs }, random),
    chunks,
    stop: () => shared.stop,
  }
  return (message) => neverRejects(() => telegramSend(client().sending, limits)(message))
}

interface Run {
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

function run(shared: Shared, client: () => Client, { host, signal }: Run): Promise<void> {
  const { board } = shared
  const address = { channel: TELEGRAM, account: shared.options.account }
  const began = (stop: AbortSignalLike): void => {
    shared.stop = stop
  }
  return runAccount({ address, board, host, signal, began }, (labelled, stop) =>
    receiveWith(shared, client(), { host: labelled, signal: stop }),
  )
}

async function receiveWith(
  shared: Shared,
  { receiving: api, root }: Client,
  run: Run,
): Promise<void> {
  const { options, timing, board } = shared
  const { clock, cursor } = options
  const { signal } = run
  const { host } = run
  const { log } = host
  const redact = redactor(options.token)
  const waits = backoff(options, timing)
  const of: PositionOf = { bot: botIdOf(options.token), root: originOf(root) }
  const position = await loadPosition(of, { cursor, board, log, redact, waits, signal })
  if (position === undefined) return
  const books = ledger(position)
  const current = () => encodePosition(of, books.state())
  const me = { username: undefined as string | undefined }
  const receiving = acquainted(receivingApi(api, { requestMs: timing.requestMs, signal }), me)
  await receive({
    ...{ api: receiving, host, ledger: books, board, clock, timing, signal },
    classify: (update) => classifyTelegram(update, options.account, me.username),
    handling: handling({
      host: forBot(host, of.bot),
      log,
      clock,
      redact,
      backoff: waits.after,
      signal,
    }),
    saver: saver({ cursor, current, log, redact }, timing.saveMs),
    recovery: recovery({
      ...{ api: receiving, backoff: waits, board, log, timing, signal },
      origin: of.root,
    }),
    ...{ busy: shared.busy, answered: shared.answered, running: new Map() },
  })
}

/** Remembers what the bot is called, as soon as it is told. */
function acquainted(api: ReceivingApi, me: { username: string | undefined }): ReceivingApi {
  return {
    ...api,
    getMe: async () => {
      const answer = await api.getMe()
      if (answer.ok) me.username = answer.value.username
      return answer
    },
  }
}

/**
 * Message numbers are counted per bot: with the bot's id a message of a new bot on the same account is not taken for
 * one that the old bot had handled.
 */
function forBot({ onMessage }: ChannelHost, bot: string): Pick<ChannelHost, 'onMessage'> {
  return {
    onMessage: (inbound) => onMessage({ ...inbound, messageKey: `${bot}:${inbound.messageKey}` }),
  }
}
