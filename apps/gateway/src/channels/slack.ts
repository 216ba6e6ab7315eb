import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { SlackAccountConfig } from '@openclaw/pairing-config'
import type { ChannelConnection, Clock } from '@openclaw/pairing-contracts'
import { cursorFile } from '../machine/cursor-file.ts'

/** What an app's connection works with. */
export interface SlackComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/**
 * The connections of the configured Slack apps; their library is loaded only when there is one. One secret alone makes a
 * connection as well: it fails, and says which is missing and where to get it.
 */
export async function slackConnections(
  { clock, stateDir }: SlackComponents,
  accounts: readonly SlackAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  const ready = accounts.filter((each) => each.enabled && hasSecret(each))
  if (ready.length === 0) return []
  const { slackConnection } = await import('@openclaw/channel-slack/transport')
  return ready.map((each) => {
    const { account, botToken = '', apiRoot, chunks } = each
    const cursor = cursorFile(join(stateDir, 'slack', `position-${account}.json`))
    const secrets = { botToken, apiRoot, ...wayOf(each) }
    return slackConnection({ ...secrets, account, cursor, chunks, clock, random: randomBytes })
  })
}

const hasSecret = ({ mode, botToken, appToken, signingSecret }: SlackAccountConfig): boolean =>
  (botToken ?? (mode === 'http' ? signingSecret : appToken)) !== undefined

/** Socket Mode, or where Slack calls. */
function wayOf({ mode, appToken, signingSecret, webhookPath }: SlackAccountConfig) {
  return mode === 'http' && webhookPath !== undefined
    ? { http: { signingSecret: signingSecret ?? '', path: webhookPath } }
    : { appToken: appToken ?? '' }
}
