import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { WhatsappAccountConfig } from '@openclaw/pairing-config'
import type { ChannelConnection, Clock } from '@openclaw/pairing-contracts'
import { cursorFile } from '../machine/cursor-file.ts'
import { whatsappWebConnections } from './whatsapp-web.ts'

/** What a WhatsApp account's connection works with. */
export interface WhatsappComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/** The connections of the configured accounts: linked devices, and business numbers. */
export async function whatsappConnections(
  components: WhatsappComponents,
  accounts: readonly WhatsappAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  const linked = await whatsappWebConnections(components, accounts)
  return [...linked, ...(await cloudConnections(components, accounts))]
}

/**
 * The connections of business numbers. One that lacks a key makes a connection as well: it fails, and says which is
 * missing and where to get it.
 */
async function cloudConnections(
  { clock, stateDir }: WhatsappComponents,
  accounts: readonly WhatsappAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  const called = accounts.flatMap(({ enabled, account, chunks, cloud }) =>
    enabled && cloud?.webhookPath !== undefined
      ? [{ account, chunks, cloud, webhookPath: cloud.webhookPath }]
      : [],
  )
  if (called.length === 0) return []
  const { cloudConnection } = await import('@openclaw/channel-whatsapp/cloud')
  return called.map(({ account, chunks, cloud, webhookPath }) => {
    const { phoneNumberId = '', accessToken = '', appSecret = '', verifyToken = '' } = cloud
    const cursor = cursorFile(join(stateDir, 'whatsapp', `position-${account}.json`))
    return cloudConnection({
      ...{ phoneNumberId, accessToken, appSecret, verifyToken, webhookPath },
      ...{ apiRoot: cloud.apiRoot, account, chunks, cursor, clock, random: randomBytes },
    })
  })
}
