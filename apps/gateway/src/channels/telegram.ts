import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { TelegramAccountConfig } from '@openclaw/pairing-config'
import type { ChannelConnection, Clock } from '@openclaw/pairing-contracts'
import { cursorFile } from '../machine/cursor-file.ts'

/** What a bot's connection works with. */
export interface TelegramComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/** The connections of the configured bots; their library is loaded only when there is one. */
export async function telegramConnections(
  { clock, stateDir }: TelegramComponents,
  accounts: readonly TelegramAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  const ready = accounts.flatMap(({ enabled, botToken, ...rest }) =>
    enabled && botToken !== undefined ? [{ ...rest, token: botToken }] : [],
  )
  if (ready.length === 0) return []
  const { telegramConnection } = await import('@openclaw/channel-telegram/transport')
  return ready.map(({ account, token, apiRoot, chunks, retry, ...network }) => {
    const cursor = cursorFile(join(stateDir, 'telegram', `update-offset-${account}.json`))
    const { requestMs, proxy, autoSelectFamily } = network
    return telegramConnection({
      ...{ token, apiRoot, account, cursor, clock, chunks, retry, random: randomBytes },
      timing: { requestMs },
      ...(proxy !== undefined && { proxy }),
      ...(autoSelectFamily !== undefined && { autoSelectFamily }),
    })
  })
}
