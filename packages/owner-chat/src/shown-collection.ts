import type { Collection, EpochMs, Json, JsonObject } from '@openclaw/pairing-contracts'
import { MalformedShownRecord } from './errors.ts'

/** When something was shown. */
export interface ShownTime {
  /** By the clock that stamps messages as received. */
  readonly at: EpochMs
  /** By the platform's, where it says it: the one that stamps messages as sent. */
  readonly sentAt?: EpochMs | undefined
}

/** A request that an owner was shown in their chat. */
export interface ShownItem {
  /** By which `/pair approve 2` means it; small, and not given to another one for a while. */
  readonly number: number
  readonly requestId: string
  /** Of what was shown. */
  readonly digest: string
  /** When it was shown so for the first time. */
  readonly shownAt: EpochMs
  /** When it was shown so last. */
  readonly lastAt: EpochMs
  /** The platform's time of the message that showed it so for the first time; absent where it is not known. */
  readonly shownSentAt?: EpochMs
  /** The platform's time of the last one; absent where it is not known. */
  readonly lastSentAt?: EpochMs
  /** When it was over; its number rests. */
  readonly overAt?: EpochMs
}

/** When an item was shown as it is for the first time. */
export function firstTime({ shownAt, shownSentAt }: ShownItem): ShownTime {
  return { at: shownAt, sentAt: shownSentAt }
}

/** When an item was shown as it is for the last time. */
export function lastTime({ lastAt, lastSentAt }: ShownItem): ShownTime {
  return { at: lastAt, sentAt: lastSentAt }
}

/** What was shown in each chat. Key: `<channel>/<account>/<senderId>`. */
export const SHOWN: Collection<readonly ShownItem[]> = {
  name: 'owner.shown',
  encode: (items) => items.map((item) => ({ ...item })),
  decode: (value) => {
    if (!Array.isArray(value)) throw new MalformedShownRecord()
    return value.map(decodeItem)
  },
}

function decodeItem(value: Json): ShownItem {
  const fields = objectOf(value)
  const { number, requestId, digest, shownAt, lastAt } = fields
  if (!isCount(number) || typeof requestId !== 'string' || typeof digest !== 'string')
    throw new MalformedShownRecord()
  if (!isTime(shownAt) || !isTime(lastAt)) throw new MalformedShownRecord()
  return {
    ...{ number, requestId, digest, shownAt, lastAt },
    ...maybeTime(fields, 'shownSentAt'),
    ...maybeTime(fields, 'lastSentAt'),
    ...maybeTime(fields, 'overAt'),
  }
}

function maybeTime<Name extends keyof ShownItem>(
  fields: Partial<Readonly<Record<keyof ShownItem, Json>>>,
  name: Name,
): Partial<Record<Name, EpochMs>> {
  const value = fields[name]
  if (value === undefined) return {}
  if (!isTime(value)) throw new MalformedShownRecord()
  return { [name]: value } as Partial<Record<Name, EpochMs>>
}

function objectOf(value: Json): Partial<Readonly<Record<keyof ShownItem, Json>>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedShownRecord()
  return value as JsonObject
}

const isTime = (value: Json | undefined): value is Json & EpochMs => isCount(value)

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
