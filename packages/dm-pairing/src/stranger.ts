import type { GateOutcome, InboundDm } from '@openclaw/pairing-contracts'
import type { AccountMemory } from './account-memory.ts'
import type { SenderRecord } from './collections.ts'
import { noteLastSeen } from './counters.ts'
import { isoTime } from './display.ts'
import { checkSender } from './keys.ts'
import { learnOfWaiting } from './learn.ts'
import { BACKLOG_GRACE_MS } from './limits.ts'
import type { Parts } from './parts.ts'
import { type Queue, queueOf } from './queue.ts'
import { checkReplyTemplate, replyOf } from './reply.ts'
import { type Opened, openRequest } from './request.ts'
import type { Rules } from './rules.ts'
import { idsOf } from './standing.ts'

/** A message of a stranger, and what holds for its account. */
export interface StrangerMessage {
  readonly message: InboundDm
  readonly memory: AccountMemory
  readonly rules: Rules
}

/** What becomes of a stranger's message; `granted` and `owner` when that was decided while the gate was looking. */
export type StrangerOutcome =
  | Exclude<GateOutcome, { outcome: 'deliver' }>
  | { readonly outcome: 'granted'; readonly record: SenderRecord }
  | { readonly outcome: 'owner' }

const BACKLOG: StrangerOutcome = {
  outcome: 'ignored',
  because: 'backlog',
  reason: 'a stranger wrote this before the account was connected',
}
const BLOCKED_JUST_NOW: StrangerOutcome = {
  outcome: 'ignored',
  because: 'blocked',
  reason: 'the owner blocked this sender',
}
const FULL: StrangerOutcome = {
  outcome: 'full',
  reason: 'as many requests wait as this account takes; the message is counted',
}

/**
 * Handles a stranger under `pairing`. What memory already knows (waiting, rejected, full) causes no transaction,
 * and one account opens one request at a time, so a flood costs as many transactions as there are free places.
 */
export async function receiveStranger(
  parts: Parts,
  stranger: StrangerMessage,
): Promise<StrangerOutcome> {
  for (const senderId of idsOf(stranger.message)) checkSender(senderId)
  if (isBacklog(parts, stranger)) return BACKLOG
  for (;;) {
    const queue = queueOf(parts, stranger.message, parts.clock.now())
    const shown = { ...stranger, now: parts.clock.now() }
    if (queue.place === 'waiting' && (await learnOfWaiting(parts, shown, queue))) continue
    if (queue.place !== 'free') return passOver(parts, stranger, queue)
    if (stranger.memory.opening === undefined) break
    // Whoever waits shares the failure of the one before: a full disk is not tried once per waiting message.
    await stranger.memory.opening
  }
  return open(parts, stranger)
}

function isBacklog(parts: Parts, { message, rules }: StrangerMessage): boolean {
  const { heldMs = 0, sentAt } = message
  const { answerWithinMs } = rules.source
  if (answerWithinMs !== undefined) return heldMs > answerWithinMs
  if (!parts.definitionOf(message.channel).personal) return false
  return heldMs > BACKLOG_GRACE_MS || sentAt < parts.connectedAt(message) - BACKLOG_GRACE_MS
}

function passOver(
  parts: Parts,
  { memory }: StrangerMessage,
  queue: Exclude<Queue, { place: 'free' }>,
): StrangerOutcome {
  switch (queue.place) {
    case 'waiting':
      noteLastSeen(memory, queue.senderId, parts.clock.now())
      return waiting(queue.requestId)
    case 'resting':
      return {
        outcome: 'pending',
        requestId: queue.requestId,
        reason: `the owner rejected this sender, who may ask again at ${isoTime(queue.until)}`,
      }
    case 'full':
      return FULL
  }
}

function waiting(requestId: string): StrangerOutcome {
  return { outcome: 'pending', requestId, reason: 'this sender asked before and still waits' }
}

async function open(parts: Parts, stranger: StrangerMessage): Promise<StrangerOutcome> {
  const { message, memory, rules } = stranger
  if (rules.source.replyTemplate !== undefined) checkReplyTemplate(rules.source.replyTemplate)
  const opening = openRequest(parts, message, rules.maxPending)
  memory.opening = opening
  try {
    return outcomeOf(parts, stranger, await opening)
  } finally {
    memory.opening = undefined
  }
}

function outcomeOf(parts: Parts, stranger: StrangerMessage, opened: Opened): StrangerOutcome {
  switch (opened.opened) {
    case 'created':
      return challenge(parts, stranger, opened.request)
    case 'waiting':
      return waiting(opened.requestId)
    case 'full':
      return FULL
    case 'blocked':
      return BLOCKED_JUST_NOW
    case 'owner':
      return { outcome: 'owner' }
    case 'granted':
      return { outcome: 'granted', record: opened.record }
  }
}

function challenge(
  parts: Parts,
  { message, rules }: StrangerMessage,
  { requestId, code }: { readonly requestId: string; readonly code: string },
): StrangerOutcome {
  const reply = replyOf({
    policy: rules.source,
    definition: parts.definitionOf(message.channel),
    senderId: message.senderId,
    replyTo: message.replyTo,
    code,
    approveCommand: parts.approveCommand(message, code),
  })
  return { outcome: 'challenge', requestId, reply, reason: 'a stranger; a request was created' }
}
