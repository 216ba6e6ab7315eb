import type { AccountConfig } from '@openclaw/pairing-config'
import type { ChannelAddress, ChannelConnection, EpochMs } from '@openclaw/pairing-contracts'
import type { Account } from './account.ts'
import { inWords } from './supervise.ts'

/** Prepares the accounts of one channel; where that fails, they fail alone, and the other channels work. */
export async function apart(
  accounts: readonly AccountConfig[],
  make: () => Promise<readonly Account[]>,
): Promise<readonly Account[]> {
  try {
    return await make()
  } catch (error) {
    return accounts
      .filter(({ enabled }) => enabled)
      .map(({ channel, account }) => ({
        ...{ channel, account, cursorPath: '' },
        connect: () => neverConnects({ channel, account }, error),
      }))
  }
}

/** A connection that fails alone, and says why. */
export function neverConnects(
  { channel, account }: ChannelAddress,
  error: unknown,
): ChannelConnection {
  const reason = inWords(error)
  const since = Date.now() as EpochMs
  return {
    channel,
    account,
    run: () => Promise.reject(error),
    send: async () => ({ outcome: 'refused', reason }),
    status: () => ({ state: 'failed', since, lastError: reason }),
  }
}
