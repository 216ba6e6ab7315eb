import type { Collection, EpochMs, Json, JsonObject } from '@openclaw/pairing-contracts'
import { MalformedShownRecord } from './errors.ts'

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
  /** When it was over; its number rests. */
  readonly overAt?: EpochMs
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
  const { number, requestId, digest, shownAt, lastAt, overAt } = objectOf(value)
  if (!isCount(number) || typeof requestId !== 'string' || typeof digest !== 'string')
    throw new MalformedShownRecord()
  if (!isTime(shownAt) || !isTime(lastAt)) throw new MalformedShownRecord()
  const item = { number, requestId, digest, shownAt, lastAt }
  if (overAt === undefined) return item
  if (!isTime(overAt)) throw new MalformedShownRecord()
  return { ...item, overAt }
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
