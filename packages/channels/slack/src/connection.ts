import {
  neverRejects,
  onceMade,
  queued,
  runAccount,
  statusBoard,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelConnection, ChannelHost } from '@openclaw/pairing-contracts'
import { type SlackApi, slackApi } from './api.ts'
import { parseApiRoot, SLACK_API_ROOT } from './api-root.ts'
import { SLACK } from './definition.ts'
import { SlackTokenMalformed } from './errors.ts'
import { SENDS_AT_ONCE, SLACK_TIMING } from './limits.ts'
import { live, type Shared } from './live.ts'
import { slackSend } from './send.ts'
import { isSlackAppToken, isSlackBotToken, isSlackSigningSecret } from './token.ts'
import type { SlackHttp, SlackOptions } from './types.ts'
import { type SlackWebhook, slackWebhook } from './webhook.ts'

/** What is made at the first use. */
interface Client {
  readonly api: SlackApi
  readonly root: string
}

/**
 * One Slack app in one workspace, over Socket Mode, or with `http` over the HTTP Events API: `webhook` then answers what
 * Slack posts.
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
    reception: undefined,
    stop: undefined,
  }
  const { http } = options
  const webhook = http && webhookOf(shared, http)
  const client = onceMade(() => clientOf(shared))
  const send = queued(sendWith(shared, client), { atOnce: SENDS_AT_ONCE })
  return {
    channel: SLACK,
    account: options.account,
    status: shared.board.now,
    run: (host, signal) =>
      run(shared, client, { host, signal }).finally(() => {
        shared.reception = undefined
        webhook?.release()
      }),
    send: async (message) => {
      shared.reception?.inbox?.sentTo(message.to)
      return send(message)
    },
    ...(webhook && { webhook: { path: webhook.path, answer: webhook.answer } }),
  }
}

function webhookOf(shared: Shared, { signingSecret, path }: SlackHttp): SlackWebhook {
  const { answerMs } = shared.timing
  const { clock } = shared.options
  return slackWebhook({ path, signingSecret, clock, answerMs, reception: () => shared.reception })
}

/** @throws when a token or the API root can never work */
function clientOf({ options, timing }: Shared): Client {
  const { botToken: token, appToken = '', http, apiRoot } = options
  if (!isSlackBotToken(token)) throw new SlackTokenMalformed('botToken')
  if (http === undefined && !isSlackAppToken(appToken)) throw new SlackTokenMalformed('appToken')
  if (http !== undefined && !isSlackSigningSecret(http.signingSecret))
    throw new SlackTokenMalformed('signingSecret')
  const root = parseApiRoot(apiRoot ?? SLACK_API_ROOT)
  const { requestMs, nameMs } = timing
  return { api: slackApi({ token, root, requestMs, nameMs }), root }
}

function sendWith(shared: Shared, client: () => Client): ChannelConnection['send'] {
  const { chunks = {} } = shared.options
  const sender = { chunks, retryMs: shared.timing.backoffMs, stop: () => shared.stop }
  return (message) => neverRejects(() => slackSend({ api: client().api, ...sender })(message))
}

interface Run {
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
}

function run(shared: Shared, client: () => Client, { host, signal }: Run): Promise<void> {
  const { board } = shared
  const address = { channel: SLACK, account: shared.options.account }
  const began = (stop: AbortSignalLike): void => {
    shared.stop = stop
  }
  return runAccount({ address, board, host, signal, began }, (labelled, stop) =>
    live(shared, { ...client(), host: labelled, signal: stop }),
  )
}
