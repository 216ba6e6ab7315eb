import { type Answer, badRequest, failure, success } from './answer.ts'
import type { BlueBubblesFaultEffect } from './faults.ts'
import type { BlueBubblesMessage } from './messages.ts'
import { newChat, type Outbox, sendText } from './sending.ts'
import type { Webhooks } from './webhooks.ts'

/** What the routes work on. */
export interface RoutesWorld {
  readonly outbox: Outbox
  readonly webhooks: Webhooks
}

/** A request whose password was right. */
export interface Asked {
  readonly body: Readonly<Record<string, unknown>>
  readonly effect: BlueBubblesFaultEffect | undefined
}

type Route = (world: RoutesWorld, asked: Asked) => Answer

const MOST = 1_000

/** Events that a webhook may ask for. */
const EVENTS = [
  ...['*', 'new-message', 'updated-message', 'message-send-error', 'typing-indicator'],
  ...['group-name-change', 'participant-added', 'participant-removed', 'participant-left'],
  ...['chat-read-status-changed', 'server-update', 'new-server', 'hello-world'],
]

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /api/v1/ping': () => success('pong', 'Ping received!'),
  'GET /api/v1/server/info': ({ outbox }) =>
    success({
      ...{ os_version: '15.4', server_version: '1.9.9', private_api: outbox.privateApi },
      ...{ proxy_service: 'lan-url', helper_connected: outbox.privateApi },
    }),
  'GET /api/v1/webhook': ({ webhooks }) =>
    success(webhooks.list(), 'Successfully fetched webhooks!'),
  'POST /api/v1/webhook': addWebhook,
  'POST /api/v1/message/query': queryMessages,
  'POST /api/v1/message/text': ({ outbox }, { body, effect }) => sendText(outbox, body, effect),
  'POST /api/v1/chat/new': ({ outbox }, { body, effect }) => newChat(outbox, body, effect),
}

/** Carries a request out as the server would. */
export function answerRoute(world: RoutesWorld, route: string, asked: Asked): Answer {
  if (Object.hasOwn(ROUTES, route)) {
    const answered = ROUTES[route]?.(world, asked)
    if (answered !== undefined) return answered
  }
  if (route.startsWith('GET /api/v1/chat/')) return findChat(world, route)
  return failure(404, ['The requested resource was not found', 'Route not found'])
}

/** `GET /api/v1/chat/:guid` */
function findChat({ outbox }: RoutesWorld, route: string): Answer {
  const guid = decodeURIComponent(route.slice('GET /api/v1/chat/'.length))
  if (outbox.mac.hasChat(guid)) return success({ guid, style: guid.includes(';+;') ? 43 : 45 })
  return failure(404, ['The requested resource was not found', 'Chat does not exist!'])
}

function addWebhook({ webhooks }: RoutesWorld, { body: { url, events } }: Asked): Answer {
  if (typeof url !== 'string' || !url.startsWith('http'))
    return badRequest('Webhook URL must include an HTTP scheme!')
  if (!Array.isArray(events)) return badRequest('The events field is mandatory.')
  const unknown = events.find((event) => !EVENTS.includes(event as string))
  if (unknown !== undefined) return badRequest(`Invalid webhook event: ${String(unknown)}!`)
  return success(webhooks.add(url, events as string[]), 'Successfully created webhook!')
}

function queryMessages({ outbox }: RoutesWorld, { body }: Asked): Answer {
  const { after = 0, before, limit = 100, offset = 0, sort = 'DESC' } = body
  const wanted = Array.isArray(body['with']) ? body['with'] : []
  if (![after, limit, offset].every((each) => Number.isSafeInteger(each)))
    return badRequest('The after field must be a number.')
  if ((limit as number) < 1 || (limit as number) > MOST)
    return badRequest('The limit may not be greater than 1000.')
  if (sort !== 'ASC' && sort !== 'DESC') return badRequest('The selected sort is invalid.')
  const found = outbox.mac
    .rows()
    .filter(({ dateCreated }) => dateCreated >= (after as number))
    .filter(({ dateCreated }) => typeof before !== 'number' || dateCreated <= before)
  const sorted = sort === 'ASC' ? found : [...found].reverse()
  const page = sorted.slice(offset as number, (offset as number) + (limit as number))
  const data = page.map((row) => withParts(row, wanted))
  const metadata = { offset, limit, total: found.length, count: data.length }
  return success(data, 'Successfully fetched messages!', metadata)
}

/** A row has its chats and attachments only where they were asked for. */
function withParts(row: BlueBubblesMessage, wanted: readonly unknown[]): object {
  const has = (...names: readonly string[]) => names.some((name) => wanted.includes(name))
  return {
    ...row,
    chats: has('chat', 'chats') ? row['chats'] : [],
    attachments: has('attachment', 'attachments') ? row['attachments'] : [],
  }
}
