/** What can happen: the actions that stand in the journal. */
export const JOURNAL_ACTIONS: readonly string[] = [
  'dm.request',
  'dm.approve',
  'dm.reject',
  'dm.allow',
  'dm.revoke',
  'dm.block',
  'dm.unblock',
  'dm.find',
  'dm.alias',
  'dm.notice',
  'dm.housekeeping',
  'device.request',
  'device.approve',
  'device.reject',
  'device.remove',
  'device.rename',
  'device.rotate',
  'device.revoke',
  'device.token.handed',
  'device.tokens.hashed',
  'device.seen',
  'device.housekeeping',
  'node.request',
  'node.approve',
  'node.reject',
  'node.rename',
  'node.housekeeping',
  'setup.create',
  'setup.bind',
  'setup.withdraw',
  'setup.expire',
  'owner.add',
  'owner.remove',
  'owner.notice',
  'owner.place',
  'owner.show',
  'owner.forget',
  'webchat.key',
  'outside.change',
  'outside.damage',
  'store.take-over',
  'store.catch-up',
  'store.take',
]

/**
 * Whether an action is among those that were chosen.
 *
 * @param patterns - actions (`device.approve`), beginnings (`device.*`, also `device.token.*`), or `*` for all
 */
export function isChosenEvent(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => chooses(pattern, action))
}

/** Whether a pattern chooses any action that is known. */
export function meansSomething(pattern: string): boolean {
  return JOURNAL_ACTIONS.some((action) => chooses(pattern, action))
}

function chooses(pattern: string, action: string): boolean {
  if (pattern === '*') return true
  return pattern.endsWith('.*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern
}
