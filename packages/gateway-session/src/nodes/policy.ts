/** The platforms that have their own list of commands. */
export type NodePlatform = 'ios' | 'android' | 'macos' | 'linux' | 'windows' | 'unknown'

const CANVAS = [
  'canvas.present',
  'canvas.hide',
  'canvas.navigate',
  'canvas.eval',
  'canvas.snapshot',
  'canvas.a2ui.push',
  'canvas.a2ui.pushJSONL',
  'canvas.a2ui.reset',
]

const PERSONAL = [
  ...CANVAS,
  'camera.list',
  'location.get',
  'device.info',
  'device.status',
  'contacts.search',
  'calendar.events',
  'reminders.list',
  'photos.latest',
  'motion.activity',
  'motion.pedometer',
  'system.notify',
]

const HOST = ['system.run', 'system.which', 'system.notify', 'browser.proxy']

/**
 * Commands that a node of each platform may be asked without the operator saying so. What only takes (camera.snap,
 * screen.record, sms.send …) is on no list. A platform is the node's own claim, so one that nobody knows gets what does no harm.
 */
export const PLATFORM_COMMANDS: Readonly<Record<NodePlatform, readonly string[]>> = {
  ios: PERSONAL,
  android: PERSONAL,
  macos: [...PERSONAL, 'system.run', 'system.which', 'browser.proxy'],
  linux: HOST,
  windows: HOST,
  unknown: ['canvas.present', 'canvas.hide', 'device.info', 'device.status', 'system.notify'],
}

const BY_PREFIX: readonly (readonly [RegExp, NodePlatform])[] = [
  [/^(ios|ipados)/, 'ios'],
  [/^android/, 'android'],
  [/^(mac|darwin)/, 'macos'],
  [/^win/, 'windows'],
  [/^linux/, 'linux'],
]

const BY_FAMILY: readonly (readonly [RegExp, NodePlatform])[] = [
  [/iphone|ipad|ios/, 'ios'],
  [/android/, 'android'],
  [/mac/, 'macos'],
  [/windows/, 'windows'],
  [/linux/, 'linux'],
]

/** The platform that a node claims, by its platform, else by its family. */
export function platformOf(platform: string, deviceFamily: string | undefined): NodePlatform {
  const byName = find(BY_PREFIX, platform)
  return byName ?? find(BY_FAMILY, deviceFamily ?? '') ?? 'unknown'
}

function find(
  table: readonly (readonly [RegExp, NodePlatform])[],
  text: string,
): NodePlatform | undefined {
  return table.find(([pattern]) => pattern.test(text.trim().toLowerCase()))?.[1]
}

/** What a node is asked for: its platform as it claims it, and the operator's own lists. */
export interface CommandPolicy {
  readonly platform: string
  readonly deviceFamily: string | undefined
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

/** Settings of a node's owner: asked of no node, whoever declares or allows them. */
const NEVER = /^system\.execApprovals\./

/** Whether the gateway passes a command on to such a node at all. */
export function isCommandAllowed(command: string, policy: CommandPolicy): boolean {
  if (NEVER.test(command) || policy.deny.includes(command)) return false
  const own = PLATFORM_COMMANDS[platformOf(policy.platform, policy.deviceFamily)]
  return own.includes(command) || policy.allow.includes(command)
}
