import type { AccountId } from '@openclaw/pairing-contracts'
import type { OwnerNoticesComponents, OwnerNoticesOptions, Settled } from './components.ts'
import { ownerKeyOf } from './keys.ts'
import { type Claim, type ClaimOutcome, claimNext, settleClaim } from './outbox.ts'
import type { Situation } from './plan.ts'
import { type Said, say } from './say.ts'
import type { OwnerRef, Waiting } from './types.ts'
import { waitingNow } from './waiting.ts'
import { type WayOrNot, wayTo } from './way.ts'

/** What one owner is told with. */
export interface Teller {
  readonly components: OwnerNoticesComponents
  readonly options: OwnerNoticesOptions
  /** What is known when the next message is chosen. */
  readonly situationOf: (
    owner: OwnerRef,
    waiting: readonly Waiting[],
  ) => Omit<Situation, 'now' | 'records'>
}

/** Sends one owner the next message, if there is one; true when there was. Rejects with what the store throws. */
export async function tellNext(teller: Teller, owner: OwnerRef): Promise<boolean> {
  const { components, options } = teller
  const way = wayTo(components, owner)
  if ('sending' in way && !way.sending.isReady()) return false
  const situation = teller.situationOf(owner, await waitingNow(components))
  const { account = NOWHERE, replyTo = '', dropsSecond = false } = 'sending' in way ? way : {}
  const claim = await claimNext(components.store, { situation, account, replyTo, dropsSecond })
  if (claim === undefined) return false
  const outcome = await sendClaim(teller, claim, way)
  await settleClaim(components.store, claim, outcome)
  options.onSettled?.(owner, settledOf(claim, outcome))
  return true
}

/** The account of a message that can go nowhere. */
const NOWHERE = '-' as AccountId

async function sendClaim(teller: Teller, claim: Claim, way: WayOrNot): Promise<ClaimOutcome> {
  const said = await whatToSay(teller, claim)
  if ('outcome' in said) return said
  if (!('sending' in way)) return { outcome: 'unsupported', reason: way.why }
  const { components, options } = teller
  const { owner, batch } = claim
  const { shown, ...content } = said
  const idempotencyKey = `owner:${batch}:${ownerKeyOf(owner)}`
  const outcome = await way.sending
    .send({ to: way.replyTo, ...content, idempotencyKey })
    .catch(brokenOff)
  if (outcome.outcome === 'sent' && shown.length > 0) {
    const reader = { ...owner, account: way.account }
    // Without it the device is shown once more when the owner answers, so a failure is only told of.
    await components.remember(reader, shown, outcome).catch(options.onError)
  }
  return outcome
}

/** Looked at once more: who decided meanwhile, or is no owner any more, is not told. */
async function whatToSay(
  { components, options }: Teller,
  { owner, message }: Claim,
): Promise<Said | Extract<ClaimOutcome, { outcome: 'over' }>> {
  if (!components.people.isOwner(owner)) {
    return { outcome: 'over', reason: 'they are no owner any more' }
  }
  const { clock, deviceCard } = components
  const waiting = await waitingNow(components)
  const said = say(message, { cli: options.cli, now: clock.now(), deviceCard, waiting })
  return said ?? { outcome: 'over', reason: 'decided or ended before it was sent' }
}

function brokenOff(error: unknown): ClaimOutcome {
  const reason = error instanceof Error ? error.name : 'the send was broken off'
  return { outcome: 'unknown', reason }
}

function settledOf({ message }: Claim, outcome: ClaimOutcome): Settled {
  return {
    outcome: outcome.outcome,
    reason: 'reason' in outcome ? outcome.reason : undefined,
    requestIds: message.waiting.map(({ request }) => request.requestId),
  }
}
