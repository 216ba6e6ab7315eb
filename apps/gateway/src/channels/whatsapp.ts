import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { WhatsappAccountConfig } from '@openclaw/pairing-config'
import type { Clock } from '@openclaw/pairing-contracts'
import type { Account } from './account.ts'
import { whatsappWebAccounts } from './whatsapp-web.ts'

/** What a WhatsApp account's connection works with. */
export interface WhatsappComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/** The configured accounts: linked devices, and business numbers. */
export async function whatsappAccounts(
  components: WhatsappComponents,
  accounts: readonly WhatsappAccountConfig[],
): Promise<readonly Account[]> {
  const linked = await whatsappWebAccounts(components, accounts)
  return [...linked, ...(await cloudAccounts(components, accounts))]
}

/** Business numbers. One that lacks a key is connected as well: it fails, and says which is missing and where to get it. */
async function cloudAccounts(
  { clock, stateDir }: WhatsappComponents,
  accounts: readonly WhatsappAccountConfig[],
): Promise<readonly Account[]> {
  const called = accounts.flatMap(({ enabled, channel, account, chunks, cloud }) =>
    enabled && cloud?.webhookPath !== undefined
      ? [{ channel, account, chunks, cloud, webhookPath: cloud.webhookPath }]
      : [],
  )
  if (called.length === 0) return []
  const { cloudConnection } = await import('@openclaw/channel-whatsapp/cloud')
  return called.map(({ channel, account, chunks, cloud, webhookPath }) => {
    const { phoneNumberId = '', accessToken = '', appSecret = '', verifyToken = '' } = cloud
    return {
      ...{ channel, account, webhookPath },
      cursorPath: join(stateDir, 'whatsapp', `position-${account}.json`),
      connect: (cursor) =>
        cloudConnection({
          ...{ phoneNumberId, accessToken, appSecret, verifyToken, webhookPath },
          ...{ apiRoot: cloud.apiRoot, account, chunks, cursor, clock, random: randomBytes },
        }),
    }
  })
}
