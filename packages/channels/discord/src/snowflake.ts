import type { EpochMs } from '@openclaw/pairing-contracts'

/** Discord counts from the first second of 2015, in ms since 1970. */
const EPOCH = 1_420_070_400_000
const FORM = /^\d{17,20}$/
const LARGEST = 2n ** 64n

/** True for an id of Discord: of a person, a channel or a message. Beyond 2^53, so never a number. */
export function isSnowflake(id: unknown): id is string {
  return typeof id === 'string' && FORM.test(id) && BigInt(id) < LARGEST
}

/** When an id was made, by Discord's clock. */
export function timeOf(id: string): EpochMs {
  return (Number(BigInt(id) >> 22n) + EPOCH) as EpochMs
}

/** Sorts ids by when they were made. */
export function older(one: string, other: string): number {
  const [a, b] = [BigInt(one), BigInt(other)]
  return a < b ? -1 : Number(a > b)
}
