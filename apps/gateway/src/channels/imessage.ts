import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Config, ImessageAccountConfig } from '@openclaw/pairing-config'
import type { Clock } from '@openclaw/pairing-contracts'
import type { Account } from './account.ts'

/** What a connection to a Mac works with. */
export interface ImessageComponents {
  readonly clock: Clock
  readonly stateDir: string
  /** The gateway's address as others see it, where it is configured. */
  readonly publicUrl: Config['devicePair']['publicUrl']
}

/** The configured iMessage accounts, each the way that it goes; the other way is not loaded. */
export async function imessageAccounts(
  components: ImessageComponents,
  accounts: readonly ImessageAccountConfig[],
): Promise<readonly Account[]> {
  const enabled = accounts.filter((each) => each.enabled)
  return [
    ...(await throughServers(components, enabled)),
    ...(await throughImsg(components, enabled)),
  ]
}

async function throughServers(
  components: ImessageComponents,
  accounts: readonly ImessageAccountConfig[],
): Promise<readonly Account[]> {
  if (accounts.every(({ bluebubbles }) => bluebubbles === undefined)) return []
  const { bluebubblesConnection } = await import('@openclaw/channel-imessage/bluebubbles')
  return accounts.flatMap(({ channel, account, bluebubbles, chunks }): readonly Account[] => {
    if (bluebubbles === undefined) return []
    const { serverUrl, password = '', webhookPath, webhookSecret, webhookUrl } = bluebubbles
    const url = webhookUrl ?? publicAddress(components, webhookPath)
    const { cursorPath, ports } = common(components, `bluebubbles-${account}.json`)
    const connect: Account['connect'] = (cursor) =>
      bluebubblesConnection({
        ...{ serverUrl, password, webhookPath, account, chunks, cursor, ...ports },
        ...(webhookSecret !== undefined && { webhookSecret }),
        ...(url !== undefined && { webhookUrl: url }),
      })
    return [{ channel, account, webhookPath, cursorPath, connect }]
  })
}

async function throughImsg(
  components: ImessageComponents,
  accounts: readonly ImessageAccountConfig[],
): Promise<readonly Account[]> {
  if (accounts.every(({ imsg }) => imsg === undefined)) return []
  const { imsgConnection } = await import('@openclaw/channel-imessage/imsg')
  return accounts.flatMap(({ channel, account, chunks, imsg }): readonly Account[] => {
    if (imsg === undefined) return []
    const { cliPath, dbPath, remoteHost, service, region } = imsg
    const { cursorPath, ports } = common(components, `imsg-${account}.json`)
    const connect: Account['connect'] = (cursor) =>
      imsgConnection({
        ...{ service, region, account, chunks, cursor, env: process.env, ...ports },
        ...(cliPath !== undefined && { cliPath }),
        ...(dbPath !== undefined && { dbPath }),
        ...(remoteHost !== undefined && { remoteHost }),
      })
    return [{ channel, account, cursorPath, connect }]
  })
}

/** Each way keeps its own place: how far one came says nothing of the other. */
function common({ clock, stateDir }: ImessageComponents, file: string) {
  const cursorPath = join(stateDir, 'imessage', file)
  return { cursorPath, ports: { clock, random: randomBytes } }
}

/** The address at which devices reach this gateway, where a Mac may use it as well: not in clear. */
function publicAddress({ publicUrl }: ImessageComponents, path: string): string | undefined {
  if (publicUrl === undefined || !URL.canParse(publicUrl)) return undefined
  const { protocol, host, pathname } = new URL(publicUrl)
  if (protocol !== 'https:' && protocol !== 'wss:') return undefined
  return `https://${host}${pathname.replace(/\/+$/, '')}${path}`
}
