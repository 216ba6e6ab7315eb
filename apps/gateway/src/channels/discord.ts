import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { DiscordAccountConfig } from '@openclaw/pairing-config'
import type { ChannelConnection, Clock } from '@openclaw/pairing-contracts'
import { cursorFile } from '../machine/cursor-file.ts'

/** What a bot's connection works with. */
export interface DiscordComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/** The connections of the configured Discord bots; their library is loaded only when there is one. */
export async function discordConnections(
  { clock, stateDir }: DiscordComponents,
  accounts: readonly DiscordAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  const ready = accounts.flatMap(({ enabled, token, ...rest }) =>
    enabled && token !== undefined ? [{ ...rest, token }] : [],
  )
  if (ready.length === 0) return []
  const { discordConnection } = await import('@openclaw/channel-discord/transport')
  return ready.map(({ account, token, apiRoot, chunks, retry }) => {
    const cursor = cursorFile(join(stateDir, 'discord', `position-${account}.json`))
    const bounds = { chunks, retry, clock, random: randomBytes }
    return discordConnection({ token, apiRoot, account, cursor, ...bounds })
  })
}
