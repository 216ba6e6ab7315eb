import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { ImessageAccountConfig } from '@openclaw/pairing-config'
import type { ChannelConnection, Clock } from '@openclaw/pairing-contracts'
import { cursorFile } from '../machine/cursor-file.ts'

/** What an account's connection works with. */
export interface ImsgComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/** The connections through imsg that are configured; nothing is started before they run. */
export async function imsgConnections(
  { clock, stateDir }: ImsgComponents,
  accounts: readonly ImessageAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  const ready = accounts.flatMap(({ enabled, account, imsg }) =>
    enabled && imsg !== undefined ? [{ account, imsg }] : [],
  )
  if (ready.length === 0) return []
  const { imsgConnection } = await import('@openclaw/channel-imessage/imsg')
  return ready.map(({ account, imsg: { service, region, ...place } }) => {
    const cursor = cursorFile(join(stateDir, 'imessage', `position-${account}.json`))
    const written = Object.entries(place).filter(([, value]) => value !== undefined)
    return imsgConnection({
      ...{ service, region, account, cursor, clock, random: randomBytes, env: process.env },
      ...Object.fromEntries(written),
    })
  })
}
