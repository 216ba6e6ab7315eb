import type {
  AbortSignalLike,
  ChannelAddress,
  ChannelConnection,
  ChannelHost,
  SendOutcome,
} from '@openclaw/pairing-contracts'
import { isOpenClawError, type OpenClawError } from '@openclaw/pairing-contracts'
import { type SlackApi, slackApi } from './api.ts'
import { parseApiRoot, SLACK_API_ROOT } from './api-root.ts'
import { SLACK } from './definition.ts'
import { SlackTokenMalformed } from './errors.ts'
import { SLACK_TIMING } from './limits.ts'
import { live, type Shared } from './live.ts'
import { slackSend } from './send.ts'
import { statusBoard } from './status.ts'
import { isSlackAppToken, isSlackBotToken } from './token.ts'
import type { SlackOptions } from './types.ts'

/** What is made at the first use. */
interface Client {
  readonly api: SlackApi
  readonly root: string
}

/**
 * One Slack app in one workspace, over Socket Mode.
 *
 * `run` survives everything but what waiting does not mend: it rejects with `SlackTokenMalformed`, `SlackTokenRejected`,
 * `SlackScopeMissing`, `SlackSocketModeOff`, `SlackWorkspaceChanged`, `SlackApiRootInvalid` or `SlackNotFound`. A message is
 * acknowledged to Slack when the host has handled it or it is written down, and offered until it was handled: in order
 * within a conversation, across restarts, with the same key.
 */
export function slackConnection(options: SlackOptions): ChannelConnection {
  const shared: Shared = {
    options,
    timing: { ...SLACK_TIMING, ...options.timing },
    board: statusBoard(options.clock),
    busy: new Set(),
    answered: new Set(),
    stop: undefined,
  }
  const client = onceMade(() => clientOf(shared))
  return {
    channel: SLACK,
    account: options.account,
    status: shared.board.now,
    run: (host, signal) => run(shared, client, { host, signal }),
    send: async (message) => {
      if (shared.busy.has(message.to)) shared.answered.add(message.to)
      return sendWith(shared, client)(message)
    },
  }
}

/** @throws when a token or the API root can never work */
function clientOf({ options, timing }: Shared): Client {
  const { botToken: token, appToken, apiRoot } = options
  if (!isSlackBotToken(token)) throw new SlackTokenMalformed('botToken')
  if (!isSlackAppToken(appToken)) throw new SlackTokenMalformed('appToken')
  const root = parseApiRoot(apiRoot ?? SLACK_API_ROOT)
  const { requestMs, nameMs } = timing
  return { api: slackApi({ token, root, requestMs, nameMs }), root }
}

function onceMade<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function sendWith(shared: Shared, client: () => Client): ChannelConnection['send'] {
  return async (message): Promise<SendOutcome> => {
    try {
      const sender = { retryMs: shared.timing.backoffMs, stop: () => shared.stop }
      return await slackSend({ api: client().api, ...sender })(message)
    } catch (error) {
      return { outcome: 'refused', reason: isOpenClawError(error) ? error.message : 'not possible' }
    }
  }
}

interface Run {
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

async function run(shared: Shared, client: () => Client, { host, signal }: Run): Promise<void> {
  const { board } = shared
  const stop = new AbortController()
  const abort = (): void => stop.abort()
  signal.addEventListener('abort', abort)
  shared.stop = stop.signal
  board.set('starting')
  try {
    const labels = { channel: SLACK, account: shared.options.account }
    if (!signal.aborted)
      await live(shared, { ...client(), host: labelled(host, labels), signal: stop.signal })
    board.set('stopped')
  } catch (error) {
    board.set('failed', isOpenClawError(error) ? wordsOf(error) : 'an unexpected error')
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    // Whatever still tries again in the background ends too.
    abort()
  }
}

/** Lines say which account they are of. */
function labelled(host: ChannelHost, labels: ChannelAddress): ChannelHost {
  return {
    ...host,
    log: (level, event, fields) => host.log(level, event, { ...labels, ...fields }),
  }
}

const wordsOf = ({ message, hint }: OpenClawError): string =>
  hint === undefined ? message : `${message}. ${hint}`
