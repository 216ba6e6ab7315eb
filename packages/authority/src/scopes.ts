/** The scope that includes every other one. */
const ADMIN = 'operator.admin'
const WRITE = 'operator.write'
const READ = 'operator.read'

/**
 * True when `held` has a scope, or one that includes it: `operator.admin` includes every `operator.` scope,
 * `operator.write` includes `operator.read`. Everything else includes itself alone.
 */
export function includesScope(held: readonly string[], scope: string): boolean {
  if (held.includes(scope)) return true
  if (scope === READ && held.includes(WRITE)) return true
  return scope.startsWith('operator.') && held.includes(ADMIN)
}

/** The scopes that `held` does not include, in the order of `wanted`. */
export function missingScopes(
  held: readonly string[],
  wanted: readonly string[],
): readonly string[] {
  return wanted.filter((scope) => !includesScope(held, scope))
}
