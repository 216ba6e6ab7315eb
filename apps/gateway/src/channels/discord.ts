import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { DiscordAccountConfig } from '@openclaw/pairing-config'
import type { Clock } from '@openclaw/pairing-contracts'
import type { Account } from './account.ts'

/** What a bot's connection works with. */
export interface DiscordComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/** The accounts of the configured Discord bots; their library is loaded only when there is one. */
export async function discordAccounts(
  { clock, stateDir }: DiscordComponents,
  accounts: readonly DiscordAccountConfig[],
): Promise<readonly Account[]> {
  const ready = accounts.flatMap(({ enabled, token, ...rest }) =>
    enabled && token !== undefined ? [{ ...rest, token }] : [],
  )
  if (ready.length === 0) return []
  const { discordConnection } = await import('@openclaw/channel-discord/transport')
  const bounds = { clock, random: randomBytes }
  return ready.map(({ channel, account, token, apiRoot, chunks, retry }) => ({
    ...{ channel, account },
    cursorPath: join(stateDir, 'discord', `position-${account}.json`),
    connect: (cursor) =>
      discordConnection({ token, apiRoot, account, cursor, chunks, retry, ...bounds }),
  }))
}
