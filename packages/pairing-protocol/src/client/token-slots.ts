import { MAX_CACHED_TOKENS } from './limits.ts'
import type { CachedToken, TokenKey } from './token-cache.ts'

/** One entry of `tokens`, as OpenClaw 2026.2 writes it; `gateway` is ours. */
export interface TokenEntry {
  readonly token: string
  readonly role: string
  readonly scopes: readonly string[]
  readonly updatedAtMs: number
  readonly gateway?: string
}

/** `tokens` of the file: by role, which is all that 2026.2 knows, and by `role@gateway` for further gateways. */
export type TokenEntries = Readonly<Record<string, TokenEntry>>

/** The slot whose token is offered to a gateway: its own, or one that nobody says belongs to another gateway. */
export function slotToRead(entries: TokenEntries, { gateway, role }: TokenKey): string | undefined {
  const own = `${role}@${gateway}`
  if (Object.hasOwn(entries, own)) return own
  const shared = Object.hasOwn(entries, role) ? entries[role] : undefined
  if (shared === undefined) return undefined
  return shared.gateway === undefined || shared.gateway === gateway ? role : undefined
}

/** Entries with a token set. The slot of the role alone goes to the gateway that came first, so that 2026.2 finds it. */
export function withToken(entries: TokenEntries, key: TokenKey, token: CachedToken): TokenEntries {
  const { gateway, role } = key
  const free = !Object.hasOwn(entries, role)
  const slot = slotToRead(entries, key) ?? (free ? role : `${role}@${gateway}`)
  // Unknown members of the entry stay.
  const entry = { ...entries[slot], ...token, scopes: [...token.scopes].sort(), role, gateway }
  return bounded({ ...entries, [slot]: entry }, slot)
}

/** Entries without a token, where it still is the one. */
export function withoutToken(entries: TokenEntries, key: TokenKey, token: string): TokenEntries {
  const slot = slotToRead(entries, key)
  if (slot === undefined || entries[slot]?.token !== token) return entries
  const { [slot]: _dropped, ...kept } = entries
  return kept
}

/** As many as fit; the oldest go, never the one just written. */
function bounded(entries: TokenEntries, written: string): TokenEntries {
  const slots = Object.keys(entries)
  if (slots.length <= MAX_CACHED_TOKENS) return entries
  const age = (slot: string) => entries[slot]?.updatedAtMs ?? 0
  const [oldest] = slots.filter((slot) => slot !== written).sort((a, b) => age(a) - age(b))
  return Object.fromEntries(Object.entries(entries).filter(([slot]) => slot !== oldest))
}

/** The whole file; members that only others know stay. */
export interface TokenFile extends Readonly<Record<string, unknown>> {
  readonly version: 1
  readonly deviceId: string
  readonly tokens: TokenEntries
}

/** The text of the file. */
export function encodeTokenFile(file: TokenFile): string {
  return `${JSON.stringify(file, null, 2)}\n`
}
