/** Known scopes, what gives least first. Scopes of other versions are not on it. */
export const SCOPE_MEANINGS: ReadonlyMap<string, string> = new Map([
  ['operator.read', 'see what happens'],
  ['operator.write', 'use the assistant and its nodes'],
  ['operator.approvals', 'approve commands that the assistant wants to run'],
  ['operator.pairing', "decide about devices; about people on the gateway's machine"],
  ['operator.admin', 'everything, as you do'],
])

/** Commands that run programs, or take what is private, the gravest first; each by itself, so that no invented name stands before it. */
const GRAVE_COMMANDS: readonly string[] = [
  'system.run',
  'system.execApprovals.set',
  'system.execApprovals.get',
  'browser.proxy',
  'camera.snap',
  'camera.clip',
  'screen.record',
  'sms.send',
  'contacts.add',
  'contacts.search',
  'location.get',
  'photos.latest',
  'calendar.add',
  'calendar.events',
  'reminders.add',
  'reminders.list',
  'canvas.eval',
  'canvas.navigate',
  'canvas.snapshot',
  'system.which',
]

/** What may be as grave, by its family. */
const GRAVE_FAMILY =
  /^(system|browser|camera|screen|sms|contacts|location|photos|calendar|reminders|microphone|phone|files?|shell|exec)\b/i

/** What weighs most first, of scopes or commands; alike ones stay in their order. */
export function gravestFirst(names: readonly string[]): readonly string[] {
  return names
    .map((name) => ({ name, weight: weightOf(name) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ name }) => name)
}

function weightOf(name: string): number {
  const scope = [...SCOPE_MEANINGS.keys()].indexOf(name)
  if (scope !== -1) return 2 + scope
  const command = GRAVE_COMMANDS.indexOf(name)
  if (command !== -1) return 2 + GRAVE_COMMANDS.length - command
  return GRAVE_FAMILY.test(name) ? 1 : 0
}
