import type { AccountId, Clock, InboundDm, SenderId } from '@openclaw/pairing-contracts'
import { type PostedMessage, readMessage } from './body.ts'
import { browserOf } from './browser.ts'
import { classifyWebchat } from './classify.ts'
import type { RunningConnection } from './connection.ts'
import { WebchatNotRunning } from './errors.ts'
import { offer } from './hand-over.ts'
import {
  ADDRESS_BURST,
  ADDRESS_REFILL_MS,
  LIMITER_KEYS,
  MESSAGES_IN_FLIGHT,
  MESSAGES_WAITING,
  REMEMBERED_MESSAGES,
  VISITOR_BURST,
  VISITOR_REFILL_MS,
} from './limits.ts'
import { type RateLimiter, rateLimiter } from './rate.ts'
import { busy, malformed, tooFast } from './refusals.ts'
import { remembered } from './remembered.ts'
import type { Refusal } from './respond.ts'
import type { Strangers } from './strangers.ts'
import { turns } from './turns.ts'
import type { VisitorState, WebchatPeople } from './types.ts'
import type { Visitors } from './visitors.ts'

/** Who writes, and where from. */
export interface Writer {
  readonly senderId: SenderId
  readonly address: string
}

/** What {@link messages} works with. */
export interface MessagesComponents {
  readonly clock: Clock
  readonly people: WebchatPeople
  readonly strangers: Strangers
  readonly visitors: Visitors
  readonly line: RunningConnection
  readonly account: AccountId
}

/** Takes what visitors write. */
export interface Messages {
  /** Hands one posted message to the gate; once, however often it is posted. Rejects when it must be posted again. */
  readonly take: (request: Request, writer: Writer) => Promise<VisitorState | Refusal>
  readonly byAddress: RateLimiter
  readonly inFlight: () => number
}

/** Nothing taken yet. */
export function messages(components: MessagesComponents): Messages {
  const { clock, people, strangers } = components
  const limits = { maxKeys: LIMITER_KEYS }
  const byAddress = rateLimiter(clock, {
    burst: ADDRESS_BURST,
    refillMs: ADDRESS_REFILL_MS,
    ...limits,
  })
  const byVisitor = rateLimiter(clock, {
    burst: VISITOR_BURST,
    refillMs: VISITOR_REFILL_MS,
    ...limits,
  })
  const handled = remembered<Refusal | undefined>(REMEMBERED_MESSAGES, (it) => it === undefined)
  const turn = turns(MESSAGES_WAITING)
  let inFlight = 0

  const inTurn = async (message: PostedMessage | Refusal, { request, writer }: Arrival) => {
    if ('status' in message) return message
    const inbound = inboundOf(components, message, { request, writer })
    if (inbound === undefined) return malformed
    let state: VisitorState | undefined
    const refusal = await handled.once(inbound.messageKey, async () => {
      const outcome = await strangers.admit(writer, (before) =>
        handOver(components, { inbound, message, before }),
      )
      if ('status' in outcome) return outcome
      state = outcome
      return undefined
    })
    return refusal ?? state ?? people.stateOf(writer.senderId)
  }
  const take = async (request: Request, writer: Writer): Promise<VisitorState | Refusal> => {
    const waitMs = byAddress(writer.address) || byVisitor(writer.senderId)
    if (waitMs > 0) return tooFast(waitMs)
    if (inFlight >= MESSAGES_IN_FLIGHT) return busy
    // The turn is taken before the body is read, so that order is the order of arrival.
    const reading = readMessage(request)
    reading.catch(() => {})
    inFlight += 1
    try {
      const work = async () => inTurn(await reading, { request, writer })
      return await (turn(writer.senderId, work) ?? tooFast(VISITOR_REFILL_MS))
    } finally {
      inFlight -= 1
    }
  }
  return { take, byAddress, inFlight: () => inFlight }
}

interface Arrival {
  readonly writer: Writer
  readonly request: Request
}

function inboundOf(
  { clock, account }: MessagesComponents,
  message: PostedMessage,
  { writer, request }: Arrival,
): InboundDm | undefined {
  const browser = browserOf(request.headers.get('user-agent'))
  const meta = { address: writer.address, ...(browser === undefined ? {} : { browser }) }
  const event = { kind: 'message', visitor: writer.senderId, ...message, at: clock.now(), meta }
  const inbound = classifyWebchat(event, account)
  return inbound.kind === 'dm' ? inbound : undefined
}

interface Handing {
  readonly inbound: InboundDm
  readonly message: PostedMessage
  readonly before: VisitorState['state']
}

async function handOver(
  { line, visitors }: MessagesComponents,
  { inbound, message: { id, text }, before }: Handing,
): Promise<void> {
  if (line.side() === undefined) throw new WebchatNotRunning()
  line.received()
  // Strangers' words are not kept anywhere, not even for their own other tabs.
  if (before === 'allowed') {
    visitors.say(inbound.senderId, { from: 'you', key: id, text, at: inbound.sentAt })
  }
  await offer(line.side, inbound)
}
