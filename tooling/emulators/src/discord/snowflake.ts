/** Discord counts from 2015. */
const EPOCH = 1_420_070_400_000

/** Makes ids that say when they were made, each greater than the one before. */
export function snowflakes(now: () => number): () => string {
  let last = 0n
  return () => {
    const made = BigInt(now() - EPOCH) << 22n
    last = made > last ? made : last + 1n
    return String(last)
  }
}
