import { type Answer, badRequest, sendError, success } from './answer.ts'
import type { BlueBubblesFaultEffect } from './faults.ts'
import type { Mac } from './mac.ts'

/** What sends work on. */
export interface Outbox {
  readonly mac: Mac
  readonly privateApi: boolean
  /** `tempGuid`s of sends under way: only those are known a second time. */
  readonly queued: Set<string>
  /** The Mac has a new row: webhooks hear of our own messages too. */
  readonly onRow: (row: object) => void
}

type Body = Readonly<Record<string, unknown>>

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** `POST /api/v1/message/text`: into a chat that there is. */
export function sendText(
  outbox: Outbox,
  body: Body,
  effect: BlueBubblesFaultEffect | undefined,
): Answer {
  const chatGuid = text(body['chatGuid'])
  if (chatGuid === '') return badRequest('The chatGuid field is mandatory.')
  const problem = problemOf(outbox, body)
  if (problem !== undefined) return badRequest(problem)
  if (!outbox.mac.hasChat(chatGuid))
    return sendError(`Chat with GUID, "${chatGuid}" does not exist!`)
  return send(outbox, { body, chatGuid, isNewChat: false }, effect)
}

/** `POST /api/v1/chat/new`: begins the chat with its first text. */
export function newChat(
  outbox: Outbox,
  body: Body,
  effect: BlueBubblesFaultEffect | undefined,
): Answer {
  const { addresses } = body
  const [address] = Array.isArray(addresses) ? addresses.map(text) : []
  if (address === undefined || address === '')
    return badRequest('The addresses field is mandatory.')
  const problem = problemOf(outbox, body)
  if (problem !== undefined) return badRequest(problem)
  const chatGuid = outbox.mac.chatWith(address)
  const answer = send(outbox, { body, chatGuid, isNewChat: true }, effect)
  if (answer.status !== 200) return answer
  const { data } = answer.body as { readonly data: unknown }
  return success({ guid: chatGuid, style: 45, messages: [data] }, 'Successfully created chat!')
}

function problemOf({ queued, privateApi }: Outbox, body: Body): string | undefined {
  const method = text(body['method']) || 'apple-script'
  const tempGuid = text(body['tempGuid'])
  if (!['apple-script', 'private-api'].includes(method)) return 'The selected method is invalid.'
  if (method === 'apple-script' && tempGuid === '')
    return "A 'tempGuid' is required when sending via AppleScript"
  if (text(body['message']) === '') return "A 'message' is required when sending via AppleScript"
  if (method === 'private-api' && !privateApi) return 'iMessage Private API is not enabled!'
  if (queued.has(tempGuid)) return `Message is already queued to be sent! (Temp GUID: ${tempGuid})`
  return undefined
}

interface Sending {
  readonly body: Body
  readonly chatGuid: string
  readonly isNewChat: boolean
}

function send(
  { mac, onRow }: Outbox,
  { body, chatGuid, isNewChat }: Sending,
  effect: BlueBubblesFaultEffect | undefined,
): Answer {
  const to = chatGuid.split(';')[2] ?? ''
  const code = effect?.kind === 'not-delivered' ? effect.code : mac.unregistered.has(to) ? 22 : 0
  const row = mac.write({
    ...{ person: to, text: text(body['message']), isFromMe: true },
    data: { error: code },
  })
  const data = { ...row, tempGuid: text(body['tempGuid']) }
  onRow(data)
  if (code !== 0) return sendError('Failed to send message! See attached message error code.', data)
  mac.sent.push({
    ...{ chatGuid, to, text: text(body['message']), isNewChat },
    method: text(body['method']) || 'apple-script',
    tempGuid: text(body['tempGuid']),
  })
  return success(data, 'Message sent!')
}
