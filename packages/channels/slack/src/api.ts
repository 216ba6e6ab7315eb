import { type WebAPICallResult, WebClient, type WebClientOptions } from '@slack/web-api'
import { Agent, fetch } from 'undici'
import { type Failure, failureOf } from './failure.ts'
import { isRecord, isText } from './json.ts'
import { MAX_ANSWER_BYTES } from './limits.ts'
import { quietLogger } from './quiet-logger.ts'
import { redactor } from './token.ts'

/** A result, or why there is none. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure }

/** Whose bot it is, and where. */
export interface SlackIdentity {
  readonly team: string
  readonly organisation: string | undefined
  readonly userId: string
}

/** A post as the platform took it. */
export interface Posted {
  readonly ts: string
}

/** What is posted, and where. */
export interface Post {
  readonly channel: string
  readonly thread: string | undefined
  readonly text: string
  readonly blocks?: readonly object[]
}

/** The calls of the Web API that this channel makes with the bot token; each bounded in time, none rejects. */
export interface SlackApi {
  readonly identity: () => Promise<Answer<SlackIdentity>>
  /** The member as `users.info` tells it; anything may stand in it. */
  readonly member: (userId: string) => Promise<Answer<unknown>>
  /** The direct conversation with a member. */
  readonly direct: (userId: string) => Promise<Answer<string>>
  readonly post: (post: Post) => Promise<Answer<Posted>>
}

/** What {@link slackApi} works with. */
export interface SlackApiOptions {
  readonly token: string
  /** Without a slash at the end. */
  readonly root: string
  readonly requestMs: number
  readonly nameMs: number
}

/**
 * Each request opens a connection of its own: a text written to an idle one that the other side has just closed would
 * have an unknown fate.
 */
export function slackApi({ token, root, requestMs, nameMs }: SlackApiOptions): SlackApi {
  const redact = redactor(token)
  const bounds = { maxHeaderSize: 16_384, maxResponseSize: MAX_ANSWER_BYTES }
  const dispatcher = new Agent({ pipelining: 0, allowH2: false, ...bounds })
  const options = { ...webOptions(root, requestMs), fetch: fetchThrough(dispatcher) }
  const client = new WebClient(token, options)
  const hasty = new WebClient(token, { ...options, timeout: nameMs })
  const ask = async <T>(call: () => Promise<T>): Promise<Answer<T>> => {
    try {
      return { ok: true, value: await call() }
    } catch (error) {
      return { ok: false, failure: failureOf(error, redact) }
    }
  }
  return {
    identity: () => ask(async () => identityOf(await client.auth.test())),
    member: (user) => ask(async () => (await hasty.users.info({ user })).user),
    direct: (users) =>
      ask(async () => textIn((await client.conversations.open({ users })).channel?.id)),
    post: ({ channel, thread, text, blocks }) =>
      ask(async () => {
        const answer: WebAPICallResult & { readonly ts?: unknown } = await client.apiCall(
          'chat.postMessage',
          {
            ...{ channel, text, mrkdwn: false, parse: 'none', link_names: false },
            ...{ unfurl_links: false, unfurl_media: false },
            ...(thread !== undefined && { thread_ts: thread }),
            ...(blocks !== undefined && { blocks }),
          },
        )
        return { ts: textIn(answer.ts) }
      }),
  }
}

/** One try, in bounded time: what comes of it decides whether there is another. */
export const webOptions = (root: string, timeout: number): WebClientOptions => ({
  slackApiUrl: `${root}/`,
  timeout,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  allowAbsoluteUrls: false,
  logger: quietLogger,
})

type Fetch = NonNullable<WebClientOptions['fetch']>

const fetchThrough =
  (dispatcher: Agent): Fetch =>
  (url, init) =>
    fetch(url, { ...(init as object), dispatcher }) as ReturnType<Fetch>

/** What is not what Slack answers is not the Web API. */
function textIn(value: unknown): string {
  if (isText(value)) return value
  throw Object.assign(new Error('not the Web API'), { code: 'slack_webapi_platform_error' })
}

function identityOf(answer: unknown): SlackIdentity {
  const {
    team_id: team,
    user_id: userId,
    enterprise_id: organisation,
  } = isRecord(answer) ? answer : {}
  return {
    team: textIn(team),
    userId: textIn(userId),
    organisation: isText(organisation) ? organisation : undefined,
  }
}
