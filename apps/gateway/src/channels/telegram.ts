import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { TelegramAccountConfig } from '@openclaw/pairing-config'
import type { Clock } from '@openclaw/pairing-contracts'
import type { Account } from './account.ts'

/** What a bot's connection works with. */
export interface TelegramComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/** The accounts of the configured bots; their library is loaded only when there is one. */
export async function telegramAccounts(
  { clock, stateDir }: TelegramComponents,
  accounts: readonly TelegramAccountConfig[],
): Promise<readonly Account[]> {
  const ready = accounts.flatMap(({ enabled, botToken, ...rest }) =>
    enabled && botToken !== undefined ? [{ ...rest, token: botToken }] : [],
  )
  if (ready.length === 0) return []
  const { telegramConnection } = await import('@openclaw/channel-telegram/transport')
  return ready.map(({ channel, account, token, apiRoot, chunks, retry, ...network }) => {
    const { requestMs, proxy, autoSelectFamily } = network
    return {
      ...{ channel, account },
      cursorPath: join(stateDir, 'telegram', `update-offset-${account}.json`),
      connect: (cursor) =>
        telegramConnection({
          ...{ token, apiRoot, account, cursor, clock, chunks, retry, random: randomBytes },
          timing: { requestMs },
          ...(proxy !== undefined && { proxy }),
          ...(autoSelectFamily !== undefined && { autoSelectFamily }),
        }),
    }
  })
}
