import type { ChannelAddress, ChannelName } from '@openclaw/pairing-contracts'
import { DEFAULT_ACCOUNT, isAccountId, isChannelName } from '../keys.ts'

/** The two kinds of file: `-pairing.json` and `-allowFrom.json`. */
export type DocumentKind = 'pairing' | 'allowFrom'

/** The channels whose files are ours. */
export interface KnownChannels {
  readonly names: ReadonlySet<string>
  /** Channels of 2026.2 whose people are those of one of ours: `bluebubbles` of `imessage`. */
  readonly merged: ReadonlyMap<string, ChannelName>
}

/** `telegram-pairing.json`, or `telegram-work-pairing.json` for an account that is not `default`. */
export function fileNameOf(address: ChannelAddress, kind: DocumentKind): string {
  const account = address.account === DEFAULT_ACCOUNT ? '' : `-${address.account}`
  return `${address.channel}${account}-${kind}.json`
}

/** The file that 2026.2 reads beside that of the default account: `telegram-default-allowFrom.json`. */
export function scopedDefaultName(address: ChannelAddress): string {
  return `${address.channel}-${DEFAULT_ACCOUNT}-allowFrom.json`
}

/** The files of channels that are merged into this one: they show the same people as its own. */
export function mergedNamesOf(
  { channel, account }: ChannelAddress,
  kind: DocumentKind,
  { merged }: KnownChannels,
): readonly string[] {
  return [...merged]
    .filter(([, into]) => into === channel)
    .map(([name]) => fileNameOf({ channel: name as ChannelName, account }, kind))
}

/**
 * Whose file it is; `undefined` when it is not one of ours. A channel has no hyphen, so a name splits one way, also
 * where the account has hyphens.
 */
export function addressOf(
  fileName: string,
  kind: DocumentKind,
  channels: KnownChannels,
): ChannelAddress | undefined {
  const end = `-${kind}.json`
  if (!fileName.endsWith(end)) return undefined
  const stem = fileName.slice(0, -end.length)
  const hyphen = stem.indexOf('-')
  const written = hyphen < 0 ? stem : stem.slice(0, hyphen)
  const channel = channels.merged.get(written) ?? written
  const account = hyphen < 0 ? DEFAULT_ACCOUNT : stem.slice(hyphen + 1)
  if (!channels.names.has(channel) || !isChannelName(channel) || !isAccountId(account))
    return undefined
  // The pairing file of `default` has no account in its name; a second one would be a second truth.
  if (kind === 'pairing' && hyphen >= 0 && account === DEFAULT_ACCOUNT) return undefined
  return { channel, account }
}
