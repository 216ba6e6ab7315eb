import { describeActor } from '@openclaw/pairing-authority'
import type { Actor, EpochMs, SenderAddress } from '@openclaw/pairing-contracts'
import { isoTime, printable } from './display.ts'
import { isGranted } from './expiry.ts'
import { prefixOf, senderKeyOf } from './keys.ts'
import { kindOf } from './notices.ts'
import { ownersSource, toOwner } from './owner-facts.ts'
import { ownerKeyOf } from './owner-records.ts'
import type { Parts } from './parts.ts'
import { type Queue, queueOf } from './queue.ts'
import type { Rules } from './rules.ts'
import { idsIn } from './same-person.ts'
import { toNoticeState } from './shown.ts'
import { type Standing, standingOf } from './standing.ts'
import type { Denied, Explanation } from './types.ts'
import { checkedSender, configuredWhere, denied } from './verbs.ts'

/** What the gate would say to the sender's next message, and everything that it rests on. */
export function why(parts: Parts, actor: Actor, named: SenderAddress): Explanation | Denied {
  const sender = checkedSender(parts, named)
  const refused = denied({ actor, action: 'dm.why', subject: sender })
  if (refused) return refused
  const now = parts.clock.now()
  const candidate = { ...sender, aliases: [] }
  const standing = standingOf(parts, candidate, { now, prefix: prefixOf(candidate) })
  const queue =
    standing.decision.decision === 'stranger' ? queueOf(parts, candidate, now) : undefined
  return {
    ...sender,
    decision: decisionOf(standing, queue),
    facts: [
      ...mainFacts(sender, standing, queue),
      ...ownerFacts(parts, sender),
      ...recordFacts(standing, now),
      ...aliasFacts(sender, standing),
      ...noticeFacts(parts, sender),
      ...pastFacts(parts, sender),
      ...policyFacts(sender, standing.rules),
    ],
  }
}

const BY_PLACE = {
  waiting: 'pending',
  resting: 'pending',
  full: 'full',
  free: 'challenge',
} as const satisfies Readonly<Record<Queue['place'], Explanation['decision']>>

function decisionOf({ decision }: Standing, queue: Queue | undefined): Explanation['decision'] {
  if (decision.decision !== 'stranger') return decision.decision
  return BY_PLACE[queue?.place ?? 'free']
}

function mainFacts(
  { senderId }: SenderAddress,
  { decision, rules }: Standing,
  queue: Queue | undefined,
): readonly string[] {
  const where = configuredWhere(rules, [senderId])
  switch (decision.decision) {
    case 'deliver':
      return [`let in: ${admittedBy(decision.via, where)}`]
    case 'ignored':
      return [keptOutBy(decision.because, rules), ...(where ? [`they stand in ${where}`] : [])]
    case 'stranger':
      return queue ? [queueFact(queue, rules)] : []
  }
}

function admittedBy(via: 'store' | 'config' | 'open' | 'owner', where: string | undefined): string {
  if (via === 'store') return 'the owner approved them'
  if (via === 'open') return 'the policy open with "*" admits everyone'
  return where === undefined ? 'they are an owner' : `they stand in ${where}`
}

/** Whom the store names as an owner, and where that does not count. */
function ownerFacts(parts: Parts, sender: SenderAddress): readonly string[] {
  const record = parts.views.owners().get(ownerKeyOf(sender))
  const isNamed = record !== undefined || ownersSource(parts, sender) !== undefined
  if (!isNamed) return []
  const made = record && `an owner since ${isoTime(record.since)} by ${describeActor(record.by)}`
  const { blockedOn } = toOwner(parts, sender, record)
  const blocked = `blocked on the account ${blockedOn.join(', ')}, so that they decide nothing as an owner`
  return [...(made ? [made] : []), ...(blockedOn.length > 0 ? [blocked] : [])]
}

function keptOutBy(
  because: 'blocked' | 'policy-disabled' | 'policy-allowlist',
  rules: Rules,
): string {
  switch (because) {
    case 'blocked':
      return 'kept out: the owner blocked them, which outranks everything else'
    case 'policy-disabled':
      return 'kept out: direct messages are turned off for this account'
    case 'policy-allowlist':
      return `kept out: only ${rules.source.allowFromSource} counts, and they do not stand there`
  }
}

function queueFact(queue: Queue, rules: Rules): string {
  switch (queue.place) {
    case 'waiting':
      return `a stranger: their request ${queue.requestId} waits for the owner`
    case 'resting':
      return `a stranger: rejected, and may ask again at ${isoTime(queue.until)}`
    case 'full':
      return `a stranger: ${String(rules.maxPending)} requests wait already, which is as many as this account takes`
    case 'free':
      return 'a stranger: their next message makes a request'
  }
}

function recordFacts({ record, decision }: Standing, now: EpochMs): readonly string[] {
  const isNamed = decision.decision === 'deliver' && decision.via !== 'open'
  if (record === undefined) return isNamed ? [] : ['they were neither let in nor blocked']
  const { state, since, expiresAt } = record
  const facts = [`${state} at ${isoTime(since)} by ${describeActor(record.by)}`]
  if (expiresAt === undefined || state !== 'allowed') return facts
  const ended = isGranted(record, now) ? 'ends' : 'ended'
  return [...facts, `the grant ${ended} at ${isoTime(expiresAt)}`]
}

/** Under which other ids the same holds. */
function aliasFacts({ senderId }: SenderAddress, { known }: Standing): readonly string[] {
  const others = new Set(known.flatMap(idsIn).filter((id) => id !== senderId))
  return others.size === 0
    ? []
    : [`the same person: ${[...others].map((id) => printable(id)).join(', ')}`]
}

function noticeFacts(parts: Parts, sender: SenderAddress): readonly string[] {
  const notice = parts.views.notices().get(senderKeyOf(sender))
  if (notice === undefined) return []
  const shown = toNoticeState(notice)
  const reason = 'reason' in shown ? `: ${shown.reason}` : ''
  const what = kindOf(notice) === 'rejected' ? 'were not approved' : 'are approved'
  return [`telling them that they ${what}: ${shown.state}${reason}`]
}

/** The latest request of theirs that is over. */
function pastFacts(parts: Parts, sender: SenderAddress): readonly string[] {
  const prefix = prefixOf(sender)
  const theirs = parts.views
    .settled()
    .entries(prefix)
    .filter(({ value }) => value.senderId === sender.senderId)
    .sort((a, b) => b.value.at - a.value.at)
  return theirs.slice(0, 1).map(({ key, value }) => {
    const what = `request ${key.slice(prefix.length)} was ${value.outcome}`
    return `their last ${what} at ${isoTime(value.at)} by ${describeActor(value.by)}`
  })
}

function policyFacts({ channel, account }: SenderAddress, rules: Rules): readonly string[] {
  const policy = `the policy of ${channel} (${account}) is ${rules.policy}`
  const wildcard = rules.wildcard && rules.policy !== 'open' ? ['"*" counts under open only'] : []
  const unusable = rules.unusable.map(
    (entry) => `${JSON.stringify(printable(entry))} in the configuration names no sender`,
  )
  return [policy, ...wildcard, ...unusable.slice(0, 10)]
}
