import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { heirOf } from '@openclaw/pairing/node'
import type { WhatsappAccountConfig } from '@openclaw/pairing-config'
import type { Account } from './account.ts'
import type { WhatsappComponents } from './whatsapp.ts'

/**
 * The accounts of the configured linked devices. The library that they need is looked for and loaded when they run:
 * where it is missing, the account fails with the command that installs it.
 */
export async function whatsappWebAccounts(
  { clock, stateDir }: WhatsappComponents,
  accounts: readonly WhatsappAccountConfig[],
): Promise<readonly Account[]> {
  const linked = accounts.flatMap((each) =>
    each.enabled && each.transport === 'web' && each.authDir !== undefined
      ? [{ ...each, authDir: each.authDir }]
      : [],
  )
  if (linked.length === 0) return []
  const { loadLibrary, nodeSession, webConnection } = await import('@openclaw/channel-whatsapp/web')
  const library = () => loadLibrary({ stateDir, program: fileURLToPath(import.meta.url) })
  return linked.map(({ channel, account, authDir, chunks, reconnect, ...each }) => ({
    ...{ channel, account },
    cursorPath: join(stateDir, 'whatsapp', `position-${account}.json`),
    connect: (cursor) =>
      webConnection({
        ...{ account, chunks, reconnect, clock, library, cursor, random: randomBytes },
        session: nodeSession(authDir, heirOf),
        readReceipts: each.sendReadReceipts ? 'approved' : 'nobody',
        selfChat: each.selfChatMode ? 'taken' : 'ignored',
        ...(each.webSocketUrl !== undefined && { webSocketUrl: each.webSocketUrl }),
      }),
  }))
}
