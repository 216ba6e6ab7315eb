import type { InboundDm } from '@openclaw/pairing-contracts'
import { type Books, type BooksLimits, books, type Entry } from './books.ts'
import { type Handling, handling } from './handling.ts'
import type { Arrival, Inbox, InboxComponents, InboxOptions, Reception } from './inbox-types.ts'
import { KEYS_IN_MEMORY, KEYS_KEPT, WINDOW, WINDOW_UNITS } from './limits.ts'
import { encodePosition, type Position } from './position.ts'
import { type Saver, saver } from './saver.ts'

interface Receiver extends InboxComponents, InboxOptions {
  readonly books: Books
  readonly handling: Handling
  readonly saver: Saver
  /** Places whose message the host has at this moment, and those among them that were sent something meanwhile. */
  readonly busy: Set<string>
  readonly answered: Set<string>
  /** What is to be acknowledged when an open message is handled or written down. */
  readonly owed: Map<Entry, Set<() => void>>
  /** Those among them that a write under way will cover. */
  readonly securing: Set<() => void>
}

const LIMITS: BooksLimits = {
  window: WINDOW,
  windowUnits: WINDOW_UNITS,
  keysInMemory: KEYS_IN_MEMORY,
  keysKept: KEYS_KEPT,
}

/**
 * Takes events in. What is no direct message is acknowledged at once. A direct message is acknowledged when it was
 * handled, or else written down after a moment: so a platform never waits for an agent, nothing that it was told has
 * arrived is lost in a crash, and a flood of strangers costs no write each. What an earlier run took and did not handle
 * is offered first.
 *
 * @param position - what {@link loadPosition} read; that of another owner is not used
 */
export function openInbox(
  components: InboxComponents,
  options: InboxOptions,
  position: Position,
): Inbox {
  const { owner, keysOf } = options
  const isOurs = position.owner === owner
  const of = books({ keys: isOurs ? position.keys : [] }, { ...LIMITS, ...options.limits })
  const state: { mark: string | (() => string) | undefined } = {
    mark: isOurs ? position.mark : undefined,
  }
  const current = () => {
    const mark = typeof state.mark === 'function' ? state.mark() : state.mark
    return encodePosition({ owner, mark }, of.state())
  }
  const { log } = components.host
  const receiver: Receiver = {
    ...components,
    ...options,
    ...(keysOf !== undefined && { keysOf }),
    books: of,
    handling: handling({ ...components, log }),
    saver: saver({ ...components, current, log }, options.saveMs),
    ...{ busy: new Set(), answered: new Set(), owed: new Map(), securing: new Set() },
  }
  if (isOurs) for (const payload of position.open) resume(receiver, payload)
  return {
    receive: (arrival) => receive(receiver, arrival),
    sentTo: (to) => {
      if (receiver.busy.has(to)) receiver.answered.add(to)
    },
    mark: (mark) => {
      state.mark = mark
      receiver.saver.touch()
    },
    save: receiver.saver.flush,
    finish: () => finish(receiver),
    open: of.open,
    holds: of.holds,
  }
}

/** It has waited since it was written. */
function resume(receiver: Receiver, payload: object): void {
  const { classify, clock } = receiver
  const inbound = classify(payload)
  const heldMs = inbound.kind === 'dm' ? Math.max(0, clock.now() - inbound.sentAt) : 0
  receive(receiver, { payload, heldMs })
}

function receive(receiver: Receiver, arrival: Arrival): Reception {
  const { classify, host } = receiver
  const inbound = classify(arrival.payload)
  if (inbound.kind === 'dm') return take(receiver, inbound, arrival)
  arrival.ack?.()
  try {
    host.onIgnored(inbound)
  } catch {
    host.log('warn', 'ignored-not-counted', {})
  }
  return 'ignored'
}

function take(
  receiver: Receiver,
  inbound: InboundDm,
  { payload, ack, heldMs }: Arrival,
): Reception {
  const { board, books: of, clock, host } = receiver
  const entry = entryOf(receiver, payload, inbound)
  const found = of.admit(entry)
  if (found === 'full') {
    host.log('warn', 'inbox-full', { message: inbound.messageKey, open: of.open() })
    return 'full'
  }
  if (found === 'settled') ack?.()
  else if (ack) owe(receiver, found === 'new' ? entry : found, ack)
  if (found !== 'new') return 'known'
  // Where nothing is acknowledged, what is not handled soon is written down as well.
  if (!ack) owe(receiver, entry, () => {})
  board.message()
  const held = Math.max(inbound.heldMs ?? 0, heldMs ?? 0)
  const message = { ...inbound, receivedAt: clock.now(), ...(held > 0 && { heldMs: held }) }
  work(receiver, entry, message).catch((error: unknown) =>
    host.log('error', 'message-lost', { message: inbound.messageKey, reason: String(error) }),
  )
  return 'taken'
}

function entryOf({ keep, keysOf }: Receiver, payload: unknown, inbound: InboundDm): Entry {
  const kept = keep ? keep(payload) : (payload as object)
  return {
    keys: [inbound.messageKey, ...(keysOf?.(payload, inbound) ?? [])],
    payload: kept,
    units: JSON.stringify(kept).length,
  }
}

/** Remembers whom to tell, and sees to it that it is not long. */
function owe(receiver: Receiver, entry: Entry, ack: () => void): void {
  const { owed, securing, ackMs } = receiver
  const acks = owed.get(entry) ?? new Set()
  acks.add(ack)
  owed.set(entry, acks)
  setTimeout(() => {
    if (acks.has(ack) && !securing.has(ack)) void secure(receiver)
  }, ackMs)
}

/**
 * Writes down everything that is open, in one write, and acknowledges it. What cannot be written down is not
 * acknowledged: the platform brings it again.
 */
async function secure({ owed, saver: saving, securing }: Receiver): Promise<void> {
  const covered = [...owed.values()].map((acks) => [acks, [...acks]] as const)
  for (const [, each] of covered) for (const ack of each) securing.add(ack)
  saving.touch()
  const isSafe = await saving.flush()
  for (const [acks, each] of covered) {
    for (const ack of each) {
      securing.delete(ack)
      if (isSafe && acks.delete(ack)) ack()
    }
  }
}

async function work(receiver: Receiver, entry: Entry, inbound: InboundDm): Promise<void> {
  const { answered, books: of, busy, owed, saver: saving, signal } = receiver
  const { replyTo } = inbound
  const handled = await receiver.handling.handle(inbound, () => busy.add(replyTo))
  busy.delete(replyTo)
  if (handled === 'open') return
  of.settle(entry)
  saving.touch()
  paid(owed.get(entry) ?? new Set())
  owed.delete(entry)
  // Who was answered must not be answered again after a crash; a flood of strangers costs no write each.
  if (answered.delete(replyTo) || signal.aborted) void saving.flush()
}

function paid(acks: Set<() => void>): void {
  for (const ack of acks) ack()
  acks.clear()
}

async function finish({ handling: work, saver: saving, drainMs }: Receiver): Promise<void> {
  await work.idle(drainMs)
  saving.touch()
  await saving.flush()
  saving.close()
}
