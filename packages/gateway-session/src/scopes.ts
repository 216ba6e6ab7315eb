/** What an operator may be granted. */
export type OperatorScope =
  | 'operator.admin'
  | 'operator.write'
  | 'operator.read'
  | 'operator.pairing'
  | 'operator.approvals'

/** Whether scopes cover one: `operator.admin` covers all, `operator.write` covers `operator.read`. */
export function holdsScope(scopes: readonly string[], needed: OperatorScope): boolean {
  if (scopes.includes(needed) || scopes.includes('operator.admin')) return true
  return needed === 'operator.read' && scopes.includes('operator.write')
}
