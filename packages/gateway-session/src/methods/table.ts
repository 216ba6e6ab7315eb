import { type WireError, wireError } from '@openclaw/pairing-protocol'
import type { LegacyNodes } from '../legacy.ts'
import type { Identity } from '../peer.ts'
import { holdsScope } from '../scopes.ts'
import { DEVICE_METHODS } from './devices.ts'
import { GATEWAY_METHODS } from './gateway.ts'
import { legacyNodeMethods } from './legacy-nodes.ts'
import type { Audience, MethodRow } from './method.ts'
import { NODE_METHODS } from './nodes.ts'

/** The methods of a gateway by name. */
export type MethodTable = ReadonlyMap<string, MethodRow>

/** Everything that can be called; what has no row cannot. */
export function methodTable(legacyNodes: LegacyNodes | undefined): MethodTable {
  const rows = [
    ...GATEWAY_METHODS,
    ...DEVICE_METHODS,
    ...NODE_METHODS,
    ...(legacyNodes === undefined ? [] : legacyNodeMethods(legacyNodes)),
  ]
  return new Map(rows.map((row) => [row.name, row]))
}

type Caller = Pick<Identity, 'role' | 'scopes'>

/** Whether a row is open to a client. */
export function mayCall({ role, scopes }: Caller, audience: Audience): boolean {
  if (audience === 'anybody') return true
  if (audience === 'node') return role === 'node'
  return role === 'operator' && holdsScope(scopes, audience)
}

/** The methods that a client may call, for `features.methods` of hello-ok. */
export function methodsFor(caller: Caller, table: MethodTable): readonly string[] {
  const rows = [...table.values()].filter(({ audience }) => mayCall(caller, audience))
  return rows.map(({ name }) => name)
}

/**
 * The row that a client may run, or why not. Whoever does not hold `operator.admin` hears of a missing scope, not that a
 * method does not exist.
 */
export function findMethod(
  table: MethodTable,
  caller: Caller,
  name: string,
): MethodRow | { readonly error: WireError } {
  if (name === 'connect') return { error: wireError('CONNECT_REPEATED') }
  const row = table.get(name)
  if (row !== undefined && mayCall(caller, row.audience)) return row
  if (caller.role === 'node' || row?.audience === 'node') {
    return { error: wireError('ROLE_UNAUTHORIZED', { about: caller.role }) }
  }
  if (row === undefined && holdsScope(caller.scopes, 'operator.admin')) {
    return { error: wireError('METHOD_UNKNOWN', { about: name }) }
  }
  const scope = row?.audience ?? 'operator.admin'
  return { error: wireError('SCOPE_MISSING', { about: scope, details: { scope } }) }
}
