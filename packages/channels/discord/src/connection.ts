import {
  neverRejects,
  onceMade,
  queued,
  runAccount,
  statusBoard,
  triesOf,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelConnection, ChannelHost } from '@openclaw/pairing-contracts'
import { type DiscordApi, discordApi } from './api.ts'
import { DISCORD_API_ROOT, parseApiRoot } from './api-root.ts'
import { DISCORD } from './definition.ts'
import { DiscordTokenMalformed } from './errors.ts'
import { DISCORD_TIMING, MESSAGE_LINES, SEND_RETRY, SENDS_AT_ONCE } from './limits.ts'
import { live, type Shared } from './live.ts'
import { discordSend } from './send.ts'
import { isDiscordToken } from './token.ts'
import type { DiscordOptions } from './types.ts'

/** What is made at the first use. */
interface Client {
  readonly api: DiscordApi
  readonly root: string
  readonly send: ChannelConnection['send']
}

/**
 * One bot, through the gateway and the REST API.
 *
 * `run` survives everything but what waiting does not mend: it rejects with `DiscordTokenMalformed`,
 * `DiscordTokenRejected`, `DiscordIntentsRefused`, `DiscordGatewayRefused`, `DiscordApiRootInvalid` or `DiscordNotFound`.
 * A message is offered until it was handled: in order within a conversation, across restarts, with the same key.
 */
export function discordConnection(options: DiscordOptions): ChannelConnection {
  const shared: Shared = {
    options,
    timing: { ...DISCORD_TIMING, ...options.timing },
    board: statusBoard(options.clock),
    inbox: undefined,
    stop: undefined,
  }
  const client = onceMade(() => clientOf(shared))
  return {
    channel: DISCORD,
    account: options.account,
    status: shared.board.now,
    run: (host, signal) => run(shared, client, { host, signal }),
    send: (message) => {
      shared.inbox?.sentTo(message.to)
      return neverRejects(async () => client().send(message))
    },
  }
}

/** @throws when the token or the API root can never work */
function clientOf(shared: Shared): Client {
  const { token, apiRoot, chunks, random, retry, timing } = shared.options
  if (!isDiscordToken(token)) throw new DiscordTokenMalformed()
  const root = parseApiRoot(apiRoot ?? DISCORD_API_ROOT)
  const api = discordApi({ token, root, requestMs: shared.timing.requestMs })
  const minDelayMs = timing?.backoffMs ?? SEND_RETRY.minDelayMs
  const send = discordSend({
    ...{ api, random, stop: () => shared.stop },
    tries: triesOf(retry ?? { ...SEND_RETRY, minDelayMs }, random),
    chunks: { lines: MESSAGE_LINES, ...chunks },
  })
  return { api, root, send: queued(send, { atOnce: SENDS_AT_ONCE }) }
}

interface Run {
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

function run(shared: Shared, client: () => Client, { host, signal }: Run): Promise<void> {
  const { board } = shared
  const address = { channel: DISCORD, account: shared.options.account }
  const began = (stop: AbortSignalLike): void => {
    shared.stop = stop
  }
  return runAccount({ address, board, host, signal, began }, (labelled, stop) =>
    live(shared, { ...client(), host: labelled, signal: stop }),
  )
}
