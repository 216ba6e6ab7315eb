import type { AccountConfig } from '@openclaw/pairing-config'
import type { ChannelAddress, ChannelConnection, EpochMs } from '@openclaw/pairing-contracts'
import { inWords } from './supervise.ts'

/** Makes the connections of one channel; where that fails, its accounts fail alone, and the other channels work. */
export async function apart(
  accounts: readonly AccountConfig[],
  make: () => Promise<readonly ChannelConnection[]>,
): Promise<readonly ChannelConnection[]> {
  try {
    return await make()
  } catch (error) {
    return accounts.filter(({ enabled }) => enabled).map((each) => neverConnects(each, error))
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
