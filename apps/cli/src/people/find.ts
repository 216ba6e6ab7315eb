import type { NotPending, PendingRequest, SettledRequest } from '@openclaw/dm-pairing'
import { CHANNELS, DEFAULT_ACCOUNT } from '@openclaw/pairing-config'
import type { AccountId, ChannelAddress, ChannelName } from '@openclaw/pairing-contracts'
import { NotFoundError, RefusedError, UsageError } from '../errors.ts'
import { absolute, iso } from '../output/time.ts'
import { shellWord } from '../program.ts'
import { senderInstead } from './by-sender.ts'
import { accountsOf, placeName, placeWords, senderWords } from './places.ts'
import { refused, type Session } from './session.ts'

/** What a person named: a code or a request id, and where, as far as they said. */
export interface Wanted {
  readonly channel: ChannelName | undefined
  readonly account: AccountId | undefined
  readonly typed: string
  /** The verb for hints: `approve` or `reject`. */
  readonly verb: string
}

/**
 * The pending request that was named. Without an account: the one account where it is pending.
 *
 * @throws {@link NotFoundError} which tells wrong, expired and used apart
 * @throws {@link UsageError} when several accounts have a request of this code
 */
export async function findRequest(session: Session, wanted: Wanted): Promise<PendingRequest> {
  const pending: PendingRequest[] = []
  const misses: NotPending[] = []
  for (const address of await candidates(session, wanted)) {
    const found = await session.people.find(session.actor, { ...address, typed: wanted.typed })
    if (found.outcome === 'denied') throw refused(found)
    if (found.outcome === 'pending') pending.push(found.request)
    else misses.push(found)
  }
  const [request, ...others] = pending
  if (request === undefined) throw await missed(session, wanted, mostTelling(misses))
  if (others.length > 0) throw several(pending, wanted)
  return request
}

/** Whoever types an id of somebody in place of a code is told the code. */
async function missed(session: Session, wanted: Wanted, miss: NotPending): Promise<Error> {
  const isOdd = miss.outcome === 'malformed' || miss.outcome === 'unknown'
  return (isOdd && (await senderInstead(session, wanted))) || notPending(miss, wanted)
}

async function candidates(session: Session, wanted: Wanted): Promise<readonly ChannelAddress[]> {
  const { channel, account } = wanted
  if (channel !== undefined && account !== undefined) return [{ channel, account }]
  const known = await accountsOf(session, channel)
  const matching = known.filter((address) => account === undefined || address.account === account)
  if (matching.length > 0 || channel === undefined) return matching
  return [{ channel, account: DEFAULT_ACCOUNT }]
}

const TELLING: readonly NotPending['outcome'][] = ['settled', 'slowed', 'malformed', 'unknown']

function mostTelling(misses: readonly NotPending[]): NotPending {
  const order = [...misses].sort(
    (a, b) => TELLING.indexOf(a.outcome) - TELLING.indexOf(b.outcome) || later(a, b),
  )
  return order[0] ?? { outcome: 'unknown', elsewhere: [] }
}

/** Of two that are settled the later one first. */
function later(a: NotPending, b: NotPending): number {
  return a.outcome === 'settled' && b.outcome === 'settled' ? b.settled.at - a.settled.at : 0
}

/** The error for a reference that led to no pending request. */
export function notPending(
  miss: NotPending,
  wanted: Wanted,
): NotFoundError | RefusedError | UsageError {
  switch (miss.outcome) {
    case 'settled':
      return settled(miss.settled)
    case 'malformed':
      return malformed(miss.why, wanted)
    case 'slowed':
      return new RefusedError(
        'ERR_CLI_SLOWED',
        'too many wrong codes; the next try is taken later',
        {
          hint: `try again after ${absolute(miss.retryAt)}, or name the request by its id`,
          detail: { retryAt: iso(miss.retryAt) },
        },
      )
    case 'unknown':
      return unknown(miss.elsewhere, wanted)
  }
}

function malformed(why: string, wanted: Wanted): NotFoundError | UsageError {
  if (wanted.channel === undefined) {
    return new UsageError(`“${brief(wanted.typed)}” is neither a channel nor a code`, {
      hint: `openclaw pairing ${wanted.verb} <channel> <code>; channels: ${CHANNELS.map(({ name }) => name).join(', ')}`,
    })
  }
  return new NotFoundError(
    `“${brief(wanted.typed)}” is no pairing code and no request id: ${why}`,
    {
      hint: listLine(wanted),
      detail: { reason: 'malformed' },
    },
  )
}

function unknown(elsewhere: readonly ChannelAddress[], wanted: Wanted): NotFoundError {
  const { channel, account, typed, verb } = wanted
  const where =
    channel === undefined
      ? 'anywhere'
      : `on ${placeName({ channel, account: account ?? DEFAULT_ACCOUNT })}`
  const [only, ...others] = elsewhere
  if (only === undefined) {
    return new NotFoundError(`no pending request “${brief(typed)}” ${where}: the code is wrong`, {
      hint: listLine(wanted),
      detail: { reason: 'unknown' },
    })
  }
  const places = elsewhere.map(placeName).join(', ')
  return new NotFoundError(
    `no pending request “${brief(typed)}” ${where}; it is pending on ${places}`,
    {
      hint:
        others.length === 0
          ? `openclaw pairing ${verb} ${placeWords(only)} ${word(typed)}`
          : 'name the channel and account that you mean',
      detail: { reason: 'elsewhere', elsewhere: elsewhere.map((address) => ({ ...address })) },
    },
  )
}

const SETTLED: Readonly<Record<SettledRequest['outcome'], string>> = {
  approved: 'the code is used: already approved by',
  rejected: 'the request is over: rejected by',
  blocked: 'the request is over: the sender was blocked by',
  superseded: 'the request was replaced by a newer one of the same sender:',
  expired: 'the code is expired:',
}

/** The error for a request that somebody or time has settled. */
function settled(request: SettledRequest): NotFoundError {
  const { outcome, by, at, senderId, requestId } = request
  const who = outcome === 'expired' || outcome === 'superseded' ? 'ended' : by
  return new NotFoundError(`${SETTLED[outcome]} ${who} at ${absolute(at)} (sender ${senderId})`, {
    hint: nextStep(request),
    detail: { reason: REASON[outcome], settled: { requestId, senderId, outcome, at: iso(at), by } },
  })
}

const REASON: Readonly<Record<SettledRequest['outcome'], string>> = {
  approved: 'used',
  rejected: 'rejected',
  blocked: 'blocked',
  superseded: 'superseded',
  expired: 'expired',
}

function nextStep({ outcome, channel, account, senderId }: SettledRequest): string {
  const place = placeWords({ channel, account })
  const sender = senderWords({ channel, account, senderId })
  if (outcome === 'approved') return `openclaw pairing allowed ${place}`
  if (outcome === 'superseded') return `openclaw pairing list ${place}`
  if (outcome === 'blocked') return `openclaw pairing unblock ${sender}`
  const again = outcome === 'expired' ? 'they get a new code when they write again; or ' : ''
  return `${again}let them in by id: openclaw pairing allow ${sender}`
}

function several(pending: readonly PendingRequest[], { typed, verb }: Wanted): UsageError {
  const places = pending.map(placeName).join(', ')
  const [first] = pending
  return new UsageError(`“${brief(typed)}” is pending on several accounts: ${places}`, {
    hint:
      first === undefined
        ? 'name the account'
        : `openclaw pairing ${verb} ${first.channel} --account ${first.account} ${word(typed)}`,
  })
}

function listLine({ channel, account }: Wanted): string {
  if (channel === undefined) return 'openclaw pairing list'
  return `openclaw pairing list ${placeWords({ channel, account: account ?? DEFAULT_ACCOUNT })}`
}

/** What was typed as one word of a command: a stranger may have written what was pasted. */
function word(typed: string): string {
  return shellWord(typed.trim().replace(/\s+/g, ' '))
}

/** A pasted page is not repeated. */
function brief(typed: string): string {
  const line = typed.trim().replace(/\s+/g, ' ')
  return line.length <= 24 ? line : `${line.slice(0, 23)}…`
}
