/** The same throws for the same seed. */
export interface Dice {
  /** A whole number from 0 to `count` - 1. */
  readonly below: (count: number) => number
  readonly oneOf: <T>(list: readonly T[]) => T
}

/** Dice of `seed`: fast and repeatable, and foreseeable for anybody. */
export function dice(seed: number): Dice {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1
  const below = (count: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state = (state ^ (state << 5)) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
  // the first throws of seeds that are close to each other are close as well
  for (let thrown = 0; thrown < 8; thrown += 1) below(2)
  return { below, oneOf: (list) => list[below(list.length)] as (typeof list)[number] }
}
