import type { KnownSender, Owner, OwnerName } from '@openclaw/dm-pairing'
import { channelDefinition, parseSenderId } from '@openclaw/pairing-config'
import type { AccountId, ChannelName, SenderId } from '@openclaw/pairing-contracts'
import { ownerPlaces } from '@openclaw/pairing-owner-notices'
import type { Call } from '../args/types.ts'
import { UsageError } from '../errors.ts'
import { safe } from '../output/safe.ts'
import { iso } from '../output/time.ts'
import type { Fact } from './facts.ts'
import { idLabel, parseChannel, senderWords } from './places.ts'
import { granted, type Session } from './session.ts'
import { calledThemselves } from './who.ts'

/** Somebody whom a command names, and what is known of them. */
export interface NamedOwner {
  readonly name: OwnerName
  /** `undefined`: they are none. */
  readonly owner: Owner | undefined
  /** Where they may write now, by whatever lets them in. */
  readonly allowed: readonly KnownSender[]
  /** What they said of themselves in a request that waits; `undefined`: none does. */
  readonly asked: Readonly<Record<string, string>> | undefined
}

/** Reads `<channel> <senderId>` of an owner verb. */
export async function readOwner(session: Session, call: Call): Promise<NamedOwner> {
  const [typedChannel = '', typedId = ''] = call.words
  const channel = await parseChannel(session, typedChannel)
  if (/(?:^|:)\*$/.test(typedId.trim())) {
    throw new UsageError('not everyone can be an owner', {
      hint: `name one person by their id: openclaw owner add ${channel} <senderId>`,
    })
  }
  const owners = granted(await session.people.owners(session.actor))
  const here = owners.filter((owner) => owner.channel === channel)
  // Whoever was made one under an older rule of the channel can still be named.
  const isKnown = here.some(({ senderId }) => senderId === typedId)
  const senderId = isKnown ? (typedId as SenderId) : parseSenderId(channel, typedId)
  const name = { channel, senderId }
  return {
    name,
    owner: here.find((owner) => owner.senderId === senderId),
    allowed: await allowedAs(session, name),
    asked: await askedAs(session, name),
  }
}

/** Where somebody may write now. */
export async function allowedAs(
  { people, actor }: Session,
  { channel, senderId }: OwnerName,
): Promise<readonly KnownSender[]> {
  const found = granted(await people.allowed(actor, { channel }))
  return found.filter((sender) => sender.senderId === senderId)
}

async function askedAs(
  { people, actor }: Session,
  { channel, senderId }: OwnerName,
): Promise<NamedOwner['asked']> {
  const lists = granted(await people.list(actor, { channel }))
  return lists.flatMap(({ requests }) => requests).find((each) => each.senderId === senderId)?.meta
}

/** Whom a question is about. */
export function ownerFacts({ name, owner, allowed, asked }: NamedOwner): readonly Fact[] {
  const [known] = allowed
  const called = calledThemselves(owner?.meta ?? known?.meta ?? asked ?? {})
  const waits = asked === undefined ? 'not known here' : 'asks to be let in'
  const now = known === undefined ? waits : 'may write'
  return [
    ...(called === '' ? [] : ([['Who', called]] as const)),
    ['Id', `${idLabel(name.channel)} ${safe(name.senderId)}`],
    ['Where', `${name.channel}, every account`],
    ['Now', owner === undefined ? now : 'an owner'],
  ]
}

/** An owner for people: `telegram sender 123`. */
export function ownerTitle({ channel, senderId }: OwnerName): string {
  return `${channel} sender ${safe(senderId)}`
}

/** The words that name an owner in a command line. */
export function ownerWords({ channel, senderId }: OwnerName): string {
  return senderWords({ channel, senderId, account: 'default' as AccountId })
}

/** An owner as scripts read them. */
export function ownerJson(owner: Owner) {
  return {
    id: owner.senderId,
    channel: owner.channel,
    via: owner.via,
    since: owner.since === undefined ? null : iso(owner.since),
    by: owner.by ?? null,
    meta: owner.meta,
    blockedOn: [...owner.blockedOn],
  }
}

/** Whether the configuration has an account of the channel that answers. */
export function isSetUp({ config }: Session, channel: ChannelName): boolean {
  return config().accounts.some((each) => each.channel === channel && each.enabled)
}

/** Whether the bot may begin to tell them something: it knows where they write, or they wrote to it before. */
export function isReached(
  { pairing }: Session,
  { name, owner, allowed, asked }: NamedOwner,
): boolean {
  if (ownerPlaces(pairing.store).of(name) !== undefined) return true
  if (channelDefinition(name.channel).directTo === undefined) return false
  const known = [owner?.meta, ...allowed.map(({ meta }) => meta)]
  return asked !== undefined || known.some((meta) => Object.keys(meta ?? {}).length > 0)
}
