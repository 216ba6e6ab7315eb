import type { AccountId, ChannelName } from '@openclaw/pairing-contracts'
import { MAX_WEBHOOK_PATH_LENGTH } from '../limits.ts'
import { below, type Node, type Read, readText, wrong } from '../read/node.ts'
import type { ChannelSection } from './channels.ts'

/** What the gateway serves itself; what is below one of them is its own as well, `/` alone excepted. */
export const GATEWAY_PATHS: readonly string[] = ['/', '/chat', '/healthz', '/readyz', '/metrics']

/** An account whose platform calls the gateway. */
export interface WebhookPlace {
  readonly section: ChannelSection
  readonly account: AccountId
  /** All accounts of the channel that are called, this one included, whether they are on or not. */
  readonly called: readonly AccountId[]
}

/**
 * The path at which an account is called: its own `webhookPath` as it is written; else the channel's, or `fallback`, with
 * `/<account>` behind it where several accounts would share it.
 *
 * @param fallback - the channel's default, such as `/slack/events`
 * @returns what may be listened at, or `WRONG` where something else is written, which was reported
 */
export function readWebhookPath(
  { section, account, called }: WebhookPlace,
  fallback: string,
): Read<string> {
  const own = ownOf(section, account)
  if (own?.value !== undefined) return readPath(own)
  const written = below(section.level.node, 'webhookPath')
  const shared = written.value === undefined ? fallback : readPath(written)
  if (typeof shared !== 'string') return shared
  const sharing = called.filter((each) => ownOf(section, each)?.value === undefined)
  return sharing.length > 1 ? `${shared}/${account}` : shared
}

function ownOf({ accounts }: ChannelSection, account: AccountId): Node | undefined {
  const level = accounts.get(account)
  return level && below(level.node, 'webhookPath')
}

/** One spelling for each path: no escapes, no empty or dotted segments, so that equal paths are equal texts. */
function readPath(node: Node): Read<string> {
  const text = readText(node, MAX_WEBHOOK_PATH_LENGTH)
  if (typeof text !== 'string') return text
  if (!text.startsWith('/'))
    return wrong(node, 'must be a path', `Write "/${text.replace(/^\W+/, '')}", without host.`)
  const [path = ''] = text.split(/[?#]/, 1)
  if (path !== text) return wrong(node, 'has more than a path', `Write "${path}".`)
  if (isOwn(path))
    return wrong(node, `is the gateway's own path`, 'Write another, such as "/hook".')
  if (/^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/.test(path)) return path
  const fix =
    'Write "/" and words of letters, digits, ".", "-", "_" and "~", without "/" at the end.'
  return wrong(node, 'is no path that can be served', fix)
}

function isOwn(path: string): boolean {
  const lower = path.toLowerCase()
  return GATEWAY_PATHS.some((own) => lower === own || (own !== '/' && lower.startsWith(`${own}/`)))
}

/** An account as {@link refuseSharedPaths} compares it. */
export interface WebhookAccount {
  readonly channel: ChannelName
  readonly account: AccountId
  readonly enabled: boolean
  /** `undefined`: it is not called. */
  readonly webhookPath: string | undefined
}

/** Two accounts at one path would each get the other's events, and refuse them. Of all channels. */
export function refuseSharedPaths(channels: Node, accounts: readonly WebhookAccount[]): void {
  const taken = new Map<string, WebhookAccount>()
  for (const each of accounts) {
    const { channel, account, enabled, webhookPath } = each
    if (!enabled || webhookPath === undefined) continue
    const twin = taken.get(webhookPath)
    taken.set(webhookPath, twin ?? each)
    if (twin === undefined) continue
    const other = below(below(channels, channel), 'accounts')
    const isNamed = below(other, account).value !== undefined
    const at = isNamed ? ['accounts', account] : []
    channels.report.error([...channels.path, channel, ...at, 'webhookPath'], {
      problem: `is "${webhookPath}", which ${twin.channel} (${twin.account}) has already`,
      fix: `Write another, such as "/${channel}/${account}/events", and enter it at the provider too.`,
    })
  }
}
