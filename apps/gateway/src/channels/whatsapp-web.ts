import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { heirOf } from '@openclaw/pairing/node'
import type { WhatsappAccountConfig } from '@openclaw/pairing-config'
import type { ChannelConnection } from '@openclaw/pairing-contracts'
import { cursorFile } from '../machine/cursor-file.ts'
import type { WhatsappComponents } from './whatsapp.ts'

/**
 * The connections of the configured linked devices. The library that they need is looked for and loaded when they run:
 * where it is missing, the account fails with the command that installs it.
 */
export async function whatsappWebConnections(
  { clock, stateDir }: WhatsappComponents,
  accounts: readonly WhatsappAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  const linked = accounts.flatMap((each) =>
    each.enabled && each.transport === 'web' && each.authDir !== undefined
      ? [{ ...each, authDir: each.authDir }]
      : [],
  )
  if (linked.length === 0) return []
  const { loadLibrary, nodeSession, webConnection } = await import('@openclaw/channel-whatsapp/web')
  const library = () => loadLibrary({ stateDir, program: fileURLToPath(import.meta.url) })
  return linked.map(({ account, authDir, chunks, reconnect, ...each }) =>
    webConnection({
      ...{ account, chunks, reconnect, clock, library, random: randomBytes },
      session: nodeSession(authDir, heirOf),
      cursor: cursorFile(join(stateDir, 'whatsapp', `position-${account}.json`)),
      readReceipts: each.sendReadReceipts ? 'approved' : 'nobody',
      selfChat: each.selfChatMode ? 'taken' : 'ignored',
      ...(each.webSocketUrl !== undefined && { webSocketUrl: each.webSocketUrl }),
    }),
  )
}
