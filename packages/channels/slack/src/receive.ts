import type {
  AbortSignalLike,
  ChannelHost,
  Clock,
  Inbound,
  InboundDm,
} from '@openclaw/pairing-contracts'
import type { Books, Entry } from './books.ts'
import { entryOf } from './entry.ts'
import type { Handling } from './handling.ts'
import type { SlackTiming } from './limits.ts'
import type { Names } from './names.ts'
import type { Saver } from './saver.ts'
import type { Envelope } from './socket.ts'
import type { StatusBoard } from './status.ts'

/** What receiving works with. */
export interface Receiver {
  readonly classify: (payload: unknown) => Inbound
  readonly host: ChannelHost
  readonly books: Books
  readonly handling: Handling
  readonly saver: Saver
  readonly board: StatusBoard
  readonly clock: Clock
  readonly timing: SlackTiming
  readonly signal: AbortSignalLike
  /** Places whose message the host has at this moment. */
  readonly busy: Set<string>
  /** Those among them that were sent something meanwhile. */
  readonly answered: Set<string>
  /** What is to be acknowledged when an open message is handled or written down. */
  readonly owed: Map<Entry, Set<() => void>>
  /** Those among them that a write under way will cover. */
  readonly securing: Set<() => void>
}

/**
 * Takes one envelope. What is no direct message is acknowledged at once. A direct message is acknowledged when it was
 * handled, or else written down after a moment: so Slack never waits for an agent, nothing that it was told has arrived
 * is lost in a crash, and a flood of strangers costs no write each.
 */
export function receive(receiver: Receiver, { payload, ack }: Envelope): void {
  const { classify, host } = receiver
  const inbound = classify(payload)
  if (inbound.kind === 'dm') {
    take(receiver, { inbound, payload, ack })
    return
  }
  ack()
  ignored(host, inbound)
}

interface Direct extends Envelope {
  readonly inbound: InboundDm
}

function take(receiver: Receiver, { inbound, payload, ack }: Direct): void {
  const { board, books, clock, host } = receiver
  const entry = entryOf(payload, inbound)
  const found = books.admit(entry)
  if (found === 'settled') ack()
  else if (found === 'full')
    host.log('warn', 'slack-busy', { message: inbound.messageKey, open: books.open() })
  else owe(receiver, found === 'new' ? entry : found, ack)
  if (found !== 'new') return
  board.message()
  void work(receiver, entry, { ...inbound, receivedAt: clock.now() })
}

/** Offers what an earlier run took and did not handle. */
export function resume(receiver: Receiver, open: readonly object[]): void {
  for (const payload of open) receive(receiver, { payload, ack: () => {} })
}

function ignored(host: ChannelHost, inbound: Exclude<Inbound, InboundDm>): void {
  try {
    host.onIgnored(inbound)
  } catch {
    host.log('warn', 'ignored-not-counted', {})
  }
}

/** Remembers whom to tell, and sees to it that it is not long. */
function owe(receiver: Receiver, entry: Entry, ack: () => void): void {
  const { owed, securing, timing } = receiver
  const acks = owed.get(entry) ?? new Set()
  acks.add(ack)
  owed.set(entry, acks)
  setTimeout(() => {
    if (acks.has(ack) && !securing.has(ack)) void secure(receiver)
  }, timing.ackMs)
}

/**
 * Writes down everything that is open, in one write, and acknowledges it. What cannot be written down is not
 * acknowledged: Slack gives it again.
 */
async function secure({ owed, saver, securing }: Receiver): Promise<void> {
  const covered = [...owed.values()].map((acks) => [acks, [...acks]] as const)
  for (const [, each] of covered) for (const ack of each) securing.add(ack)
  saver.touch()
  const isSafe = await saver.flush()
  for (const [acks, each] of covered) {
    for (const ack of each) {
      securing.delete(ack)
      if (isSafe && acks.delete(ack)) ack()
    }
  }
}

function paid(acks: Set<() => void>): void {
  for (const ack of acks) ack()
  acks.clear()
}

async function work(receiver: Receiver, entry: Entry, inbound: InboundDm): Promise<void> {
  const { answered, books, busy, handling, owed, saver, signal } = receiver
  const { replyTo } = inbound
  const handled = await handling.handle(inbound, () => busy.add(replyTo))
  busy.delete(replyTo)
  if (handled === 'open') return
  books.settle(entry)
  saver.touch()
  paid(owed.get(entry) ?? new Set())
  owed.delete(entry)
  // Who was answered must not be answered again after a crash; a flood of strangers costs no write each.
  if (answered.delete(replyTo) || signal.aborted) void saver.flush()
}

/** The host with what people are called; members who turn out to be bots do not reach it. */
export function named(
  { onMessage, onIgnored }: ChannelHost,
  names: Names,
): Pick<ChannelHost, 'onMessage'> {
  return {
    onMessage: async (inbound) => {
      const { name, isBot } = await names.of(inbound.senderId)
      if (isBot) {
        onIgnored({ kind: 'ignore', why: 'written by a bot' })
        return undefined
      }
      return onMessage(name === undefined ? inbound : { ...inbound, meta: { name } })
    },
  }
}
