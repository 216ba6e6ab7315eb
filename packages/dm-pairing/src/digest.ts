import type { Sha256 } from '@openclaw/pairing-contracts'
import type { WaitingRequest } from './types.ts'

/** The part of a request that a person decides by. */
export type Decidable = Omit<WaitingRequest, 'lastSeenAt'>

/** Characters of the mark of one part; they only serve to say what differs. */
const MARK_LENGTH = 8
const DIGEST = /^([0-9a-f]{64})((?:\.[0-9a-f]{8}){4})$/

/** The parts in the order of their marks; each says in words what it is now. */
const PARTS: readonly {
  readonly of: (request: Decidable) => unknown
  readonly now: (request: Decidable) => string
}[] = [
  {
    of: ({ channel, account, senderId, aliases = [] }) => [channel, account, senderId, ...aliases],
    now: ({ channel, account, senderId, aliases = [] }) =>
      `the sender is now ${[senderId, ...aliases].join(', also ')} on ${channel} (${account})`,
  },
  {
    of: ({ requestId, code }) => [requestId, code],
    now: ({ requestId, code }) => `it is now the request ${requestId} with the code ${code}`,
  },
  {
    of: ({ createdAt, expiresAt }) => [createdAt, expiresAt],
    now: () => 'when it was made, or how long it lives, is not what was shown',
  },
  {
    of: ({ meta }) => sortedEntries(meta),
    now: ({ meta }) => `what is known of the sender is now: ${factsInWords(meta)}`,
  },
]

/**
 * Names what a person was shown, so that an approval can give it back: the SHA-256 of the whole, then a short
 * mark of each part. Only the whole decides; the marks tell which part is another.
 */
export function digestOf(sha256: Sha256, request: Decidable): string {
  const parts = PARTS.map((part) => JSON.stringify(part.of(request)))
  const marks = parts.map((part) => sha256(part).slice(0, MARK_LENGTH))
  return [sha256(JSON.stringify(parts)), ...marks].join('.')
}

/** What differs between the request and the one that `digest` was made of, in words; empty when it is the same. */
export function differenceFrom(
  sha256: Sha256,
  digest: string,
  request: Decidable,
): readonly string[] {
  const now = digestOf(sha256, request)
  if (now === digest) return []
  const unlike = 'what was given back is not this request as it was shown'
  if (!DIGEST.test(digest)) return [unlike]
  const before = digest.split('.').slice(1)
  const after = now.split('.').slice(1)
  const words = PARTS.filter((_, index) => before[index] !== after[index]).map((part) =>
    part.now(request),
  )
  return words.length > 0 ? words : [unlike]
}

function sortedEntries(meta: Readonly<Record<string, string>>): readonly unknown[] {
  return Object.entries(meta).sort(([a], [b]) => (a < b ? -1 : 1))
}

function factsInWords(meta: Readonly<Record<string, string>>): string {
  const facts = Object.entries(meta).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  return facts.length > 0 ? facts.join(', ') : 'nothing'
}
