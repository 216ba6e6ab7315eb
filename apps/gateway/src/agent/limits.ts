/** Bytes of a webhook's answer that are read; a longer one is refused. */
export const MAX_ANSWER_BYTES: number = 64 * 1024

/** Characters of a reply that go back to the sender. */
export const MAX_REPLY_CHARACTERS = 16_000

/** The longest pause between two tries, `retry-after` included, in ms. */
export const RETRY_MAX_MS = 30_000
