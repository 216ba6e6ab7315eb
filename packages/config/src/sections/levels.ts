import type { AccountId } from '@openclaw/pairing-contracts'
import { below, type Node } from '../read/node.ts'
import type { ChannelSection } from './channels.ts'

/**
 * Where a key of an account may stand, nearest first: the account's own entry, then the channel. At one height the section
 * of the channel's own name comes before the one of its other name.
 */
export function levelsOf(
  { accounts, level, beside }: ChannelSection,
  account: AccountId,
): readonly Node[] {
  const own = [accounts.get(account), beside?.accounts.get(account), level, beside?.level]
  return own.flatMap((each) => each?.node ?? [])
}

/** The nearest level where the key is written. */
export function nearestOf(levels: readonly Node[], key: string): Node | undefined {
  return levels.map((level) => below(level, key)).find(({ value }) => value !== undefined)
}
