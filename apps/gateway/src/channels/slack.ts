import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { SlackAccountConfig } from '@openclaw/pairing-config'
import type { Clock } from '@openclaw/pairing-contracts'
import type { Account } from './account.ts'

/** What an app's connection works with. */
export interface SlackComponents {
  readonly clock: Clock
  readonly stateDir: string
}

/**
 * The accounts of the configured Slack apps; their library is loaded only when there is one. One secret alone makes a
 * connection as well: it fails, and says which is missing and where to get it.
 */
export async function slackAccounts(
  { clock, stateDir }: SlackComponents,
  accounts: readonly SlackAccountConfig[],
): Promise<readonly Account[]> {
  const ready = accounts.filter((each) => each.enabled && hasSecret(each))
  if (ready.length === 0) return []
  const { slackConnection } = await import('@openclaw/channel-slack/transport')
  return ready.map((each) => {
    const { channel, account, botToken = '', apiRoot, chunks } = each
    const way = wayOf(each)
    const secrets = { botToken, apiRoot, ...way }
    return {
      ...{ channel, account },
      ...('http' in way && { webhookPath: way.http.path }),
      cursorPath: join(stateDir, 'slack', `position-${account}.json`),
      connect: (cursor) =>
        slackConnection({ ...secrets, account, cursor, chunks, clock, random: randomBytes }),
    }
  })
}

const hasSecret = ({ mode, botToken, appToken, signingSecret }: SlackAccountConfig): boolean =>
  (botToken ?? (mode === 'http' ? signingSecret : appToken)) !== undefined

type Way =
  | { readonly http: { readonly signingSecret: string; readonly path: string } }
  | { readonly appToken: string }

/** Socket Mode, or where Slack calls. */
function wayOf({ mode, appToken, signingSecret, webhookPath }: SlackAccountConfig): Way {
  return mode === 'http' && webhookPath !== undefined
    ? { http: { signingSecret: signingSecret ?? '', path: webhookPath } }
    : { appToken: appToken ?? '' }
}
