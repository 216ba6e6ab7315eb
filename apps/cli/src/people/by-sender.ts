import type { WaitingRequest } from '@openclaw/dm-pairing'
import { DEFAULT_ACCOUNT, parseSenderId } from '@openclaw/pairing-config'
import { isOpenClawError, type SenderId } from '@openclaw/pairing-contracts'
import { NotFoundError } from '../errors.ts'
import { safe } from '../output/safe.ts'
import type { Wanted } from './find.ts'
import { placeName, placeWords, senderWords } from './places.ts'
import { granted, type Session } from './session.ts'

/**
 * The error for a sender id in place of a code: the code of their request, which has been shown to nobody yet, is named
 * and not used. `undefined` where what was typed is no id of anybody who is meant.
 */
export async function senderInstead(
  session: Session,
  wanted: Wanted,
): Promise<NotFoundError | undefined> {
  const waiting = await waitingAs(session, wanted)
  const [request, ...others] = waiting
  if (request !== undefined)
    return others.length === 0 ? oneWaits(request, wanted) : severalWait(waiting, wanted)
  const { channel, account, verb } = wanted
  const senderId = channel && idOf(channel, wanted.typed)
  if (channel === undefined || senderId === undefined || verb !== 'approve') return undefined
  // Eight digits may be either.
  if (/^[A-Z2-9]{8}$/i.test(wanted.typed.trim())) return undefined
  const sender = senderWords({ channel, account: account ?? DEFAULT_ACCOUNT, senderId })
  return new NotFoundError(`${safe(senderId)} is a sender id, and nobody waits under it`, {
    hint: `let them in by id, without a request: openclaw pairing allow ${sender}; or see how they stand: openclaw pairing why ${sender}`,
    detail: { reason: 'sender-id' },
  })
}

async function waitingAs(session: Session, wanted: Wanted): Promise<readonly WaitingRequest[]> {
  const { channel, account, typed } = wanted
  const filter = { ...(channel && { channel }), ...(account && { account }) }
  const lists = granted(await session.people.list(session.actor, filter))
  return lists
    .flatMap(({ requests }) => requests)
    .filter((request) => {
      const id = idOf(request.channel, typed)
      return id !== undefined && [request.senderId, ...(request.aliases ?? [])].includes(id)
    })
}

function idOf(channel: WaitingRequest['channel'], typed: string): SenderId | undefined {
  try {
    return parseSenderId(channel, typed)
  } catch (error) {
    if (isOpenClawError(error)) return undefined
    throw error
  }
}

const commandFor = (request: WaitingRequest, { verb }: Wanted): string =>
  `openclaw pairing ${verb} ${placeWords(request)} ${request.code}`

function oneWaits(request: WaitingRequest, wanted: Wanted): NotFoundError {
  const { senderId, code, requestId } = request
  return new NotFoundError(
    `that is a sender id, not a code: ${safe(senderId)} waits on ${placeName(request)} with the code ${code}`,
    { hint: commandFor(request, wanted), detail: { reason: 'sender-id', code, requestId } },
  )
}

function severalWait(waiting: readonly WaitingRequest[], wanted: Wanted): NotFoundError {
  const places = waiting.map((each) => `${placeName(each)} (${each.code})`).join(', ')
  return new NotFoundError(`that is a sender id, not a code: they wait on ${places}`, {
    hint: waiting.map((each) => commandFor(each, wanted)).join('\nor: '),
    detail: { reason: 'sender-id' },
  })
}
