import type { Transaction } from '@openclaw/pairing-contracts'
import { beyond, type Extent } from '../access.ts'
import { OUTSIDE } from '../actors.ts'
import { REQUESTS, type RequestRecord, SETTLED } from '../collections.ts'
import { roleKeyOf } from '../keys.ts'
import { REQUEST_TTL_MS } from '../limits.ts'
import { settle } from '../settle.ts'
import type { DeviceRole, RequestReason } from '../types.ts'

/** A device in one role. */
interface Whose {
  readonly deviceId: string
  readonly role: DeviceRole
}

/**
 * What an approval by another program says of commands, which it does not know: those of the request that waits, which
 * is settled. `none`: nothing waited.
 *
 * The program names no request. Where this one took the place of another, that other may be what was
 * read and approved: then no commands are given, and the request waits on for what it asks beyond the approval.
 */
export async function answerTo(
  { tx }: { readonly tx: Transaction },
  whose: Whose,
  { scopes }: Pick<Extent, 'scopes'>,
): Promise<Pick<Extent, 'commands'> | 'none'> {
  const key = roleKeyOf(whose)
  const request = await tx.get(REQUESTS, key)
  if (request === undefined) return 'none'
  const isDoubtful = await cameAfterAnother(tx, request)
  const granted = { scopes, commands: isDoubtful ? [] : request.commands }
  const reason = isDoubtful ? reasonBeyond(granted, request) : undefined
  if (reason === undefined) {
    await settle(tx, { key, request }, { outcome: 'approved', by: OUTSIDE })
  } else tx.put(REQUESTS, key, { ...request, reason })
  return granted
}

/** Why it still asks; `undefined`: it has all of it. */
function reasonBeyond(granted: Extent, request: RequestRecord): RequestReason | undefined {
  const { scopes, commands } = beyond(granted, request)
  if (scopes.length > 0) return 'scope-upgrade'
  return commands.length > 0 ? 'command-upgrade' : undefined
}

/** Another program may hold what the file said for as long as a request waits. */
async function cameAfterAnother(tx: Transaction, request: RequestRecord): Promise<boolean> {
  const settled = await tx.list(SETTLED, '')
  return settled.some(
    ({ value }) =>
      value.successor === request.requestId && request.createdAt - value.at <= REQUEST_TTL_MS,
  )
}
