import { includesScope } from '@openclaw/pairing-authority'
import type { DeviceRole } from './types.ts'

/** Scopes and commands, each sorted and without doubles. */
export interface Extent {
  readonly scopes: readonly string[]
  readonly commands: readonly string[]
}

/** What may be granted at all; asked for each name. */
export type GrantPolicy = (role: DeviceRole, kind: 'scope' | 'command', name: string) => boolean

/** Operators may have every `operator.` scope and no commands, nodes every command and no scopes. */
export const defaultPolicy: GrantPolicy = (role, kind, name) =>
  kind === 'scope' ? role === 'operator' && name.startsWith('operator.') : role === 'node'

/** Sorted, without doubles. */
export function sorted(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort()
}

/** The part of an extent that policy allows. */
export function allowedExtent(policy: GrantPolicy, role: DeviceRole, extent: Extent): Extent {
  return {
    scopes: extent.scopes.filter((name) => policy(role, 'scope', name)),
    commands: extent.commands.filter((name) => policy(role, 'command', name)),
  }
}

/** The scopes of `wanted` that `held` includes: `operator.admin` gives every `operator.` scope that is asked for. */
export function scopesWithin(
  held: readonly string[],
  wanted: readonly string[],
): readonly string[] {
  return wanted.filter((scope) => includesScope(held, scope))
}

/** The part of `wanted` that `held` covers. */
export function within(held: Extent, wanted: Extent): Extent {
  const commands = new Set(held.commands)
  return {
    scopes: scopesWithin(held.scopes, wanted.scopes),
    commands: wanted.commands.filter((command) => commands.has(command)),
  }
}

/** The part of `wanted` that `held` does not cover. */
export function beyond(held: Extent, wanted: Extent): Extent {
  const covered = within(held, wanted)
  return {
    scopes: wanted.scopes.filter((name) => !covered.scopes.includes(name)),
    commands: without(wanted.commands, covered.commands),
  }
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Set(others)
  return names.filter((name) => !left.has(name))
}

/** True when `held` covers all of `wanted`. */
export function covers(held: Extent, wanted: Extent): boolean {
  const { scopes, commands } = beyond(held, wanted)
  return scopes.length === 0 && commands.length === 0
}

/** Both together. */
export function union(a: Extent, b: Extent): Extent {
  return {
    scopes: sorted([...a.scopes, ...b.scopes]),
    commands: sorted([...a.commands, ...b.commands]),
  }
}

/** Nothing. */
export const NOTHING: Extent = { scopes: [], commands: [] }
