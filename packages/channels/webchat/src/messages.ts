import type { AccountId, Clock, EpochMs, InboundDm } from '@openclaw/pairing-contracts'
import type { Allowance, Writer } from './allowance.ts'
import { arrivals } from './arrivals.ts'
import type { PostedMessage } from './body.ts'
import { browserOf } from './browser.ts'
import { classifyWebchat } from './classify.ts'
import type { RunningConnection } from './connection.ts'
import { WebchatNotRunning } from './errors.ts'
import { offer } from './hand-over.ts'
import { MESSAGES_WAITING, REMEMBERED_MESSAGES, VISITOR_REFILL_MS } from './limits.ts'
import { malformed, tooFast } from './refusals.ts'
import { remembered } from './remembered.ts'
import type { Refusal } from './respond.ts'
import type { Strangers, Taken } from './strangers.ts'
import { turns } from './turns.ts'
import type { VisitorState } from './types.ts'
import type { Visitors } from './visitors.ts'

/** What {@link messages} works with. */
export interface MessagesComponents {
  readonly clock: Clock
  readonly allowance: Allowance
  readonly strangers: Strangers
  readonly visitors: Visitors
  readonly line: RunningConnection
  readonly account: AccountId
}

/** Takes what visitors write. */
export interface Messages {
  /** Hands one posted message to the gate; once, however often it is posted. Rejects when it must be posted again. */
  readonly take: (request: Request, writer: Writer) => Promise<Taken | Refusal>
  readonly inFlight: () => number
}

/** Nothing taken yet. */
export function messages(components: MessagesComponents): Messages {
  const { strangers } = components
  const { read, inFlight } = arrivals(components.allowance)
  const handled = remembered<Refusal | Taken>(REMEMBERED_MESSAGES, (it) => 'passedOn' in it)
  const turn = turns(MESSAGES_WAITING)

  const inTurn = async (message: PostedMessage, arrival: Arrival) => {
    const { writer } = arrival
    const inbound = inboundOf(components, message, arrival)
    if (inbound === undefined) return malformed
    return handled.once(inbound.messageKey, () =>
      strangers.admit(writer, (before) => handOver(components, { inbound, message, before })),
    )
  }
  const take = async (request: Request, writer: Writer): Promise<Taken | Refusal> => {
    const at = components.clock.now()
    // Read at once, whoever is before it; the turn is taken now, so that order is the order of arrival.
    const reading = read(request, writer)
    reading.catch(() => {})
    const work = async () => {
      const arrived = await reading
      return 'status' in arrived ? arrived : inTurn(arrived.message, { request, writer, at })
    }
    try {
      return await (turn(writer.senderId, work) ?? tooFast(VISITOR_REFILL_MS))
    } finally {
      const giveBack = (arrived: Awaited<typeof reading>) => 'done' in arrived && arrived.done()
      reading.then(giveBack).catch(() => {})
    }
  }
  return { take, inFlight }
}

interface Arrival {
  readonly writer: Writer
  readonly request: Request
  /** It may wait for its turn after that. */
  readonly at: EpochMs
}

function inboundOf(
  { account }: MessagesComponents,
  message: PostedMessage,
  { writer, request, at }: Arrival,
): InboundDm | undefined {
  const browser = browserOf(request.headers.get('user-agent'))
  const meta = { address: writer.address, ...(browser === undefined ? {} : { browser }) }
  const event = { kind: 'message', visitor: writer.senderId, ...message, at, meta }
  const inbound = classifyWebchat(event, account)
  return inbound.kind === 'dm' ? { ...inbound, receivedAt: at } : undefined
}

interface Handing {
  readonly inbound: InboundDm
  readonly message: PostedMessage
  readonly before: VisitorState['state']
}

async function handOver(
  { line, visitors }: MessagesComponents,
  { inbound, message: { id, text }, before }: Handing,
): Promise<Taken> {
  if (line.side() === undefined) throw new WebchatNotRunning()
  line.received()
  // Strangers' words are not kept anywhere, not even for their own other tabs.
  if (before === 'allowed') {
    visitors.say(inbound.senderId, { from: 'you', key: id, text, at: inbound.sentAt })
  }
  const outcome = await offer(line.side, inbound)
  return { passedOn: outcome === undefined ? before === 'allowed' : outcome === 'deliver' }
}
