import type { Sha256 } from '@openclaw/pairing-contracts'
import type { ShownRequest } from './shown-types.ts'

/** What a person decides about. */
type Decidable = Omit<ShownRequest, 'difference' | 'digest'>

/** Hex digits of the mark that each part leaves in the digest, to say what differs. */
const MARK_LENGTH = 8
const DIGEST = /^([0-9a-f]{64})((?:\.[0-9a-f]{8}){5})$/

/** The parts in the order of their marks; each says in words what it is now. */
const PARTS: readonly {
  readonly of: (request: Decidable) => unknown
  readonly now: (request: Decidable) => string
}[] = [
  {
    of: ({ requestId, deviceId, publicKey, role, reason }) => [
      requestId,
      deviceId,
      publicKey,
      role,
      reason,
    ],
    now: ({ requestId, deviceId, role }) =>
      `it is now the request ${requestId} of ${deviceId} as ${role}`,
  },
  {
    of: ({ scopes }) => scopes,
    now: ({ scopes }) => `it now asks for ${inWords(scopes, 'no scopes')}`,
  },
  {
    of: ({ commands }) => commands,
    now: ({ commands }) => `it now offers ${inWords(commands, 'no commands')}`,
  },
  {
    of: ({ description, address, askedBy }) => [sortedEntries(description), address, askedBy],
    now: () => 'what it says of itself, or where it comes from, is not what was shown',
  },
  {
    of: ({ granted }) =>
      granted.map(({ role, scopes, commands, revokedAt }) => [role, scopes, commands, revokedAt]),
    now: () => 'what it was granted before is not what was shown',
  },
]

/**
 * Names what a person was shown, so that an approval can give it back: the SHA-256 of the whole, then a short mark of
 * each part. Only the whole decides; the marks tell which part is another. A retry changes nothing of it.
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

function sortedEntries(fields: object): readonly unknown[] {
  return Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
}

function inWords(names: readonly string[], none: string): string {
  return names.length > 0 ? names.join(', ') : none
}
