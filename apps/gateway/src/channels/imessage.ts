import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Config, ImessageAccountConfig } from '@openclaw/pairing-config'
import type { ChannelConnection, Clock } from '@openclaw/pairing-contracts'
import { cursorFile } from '../machine/cursor-file.ts'

/** What a connection to a Mac works with. */
export interface ImessageComponents {
  readonly clock: Clock
  readonly stateDir: string
  /** The gateway's address as others see it, where it is configured. */
  readonly publicUrl: Config['devicePair']['publicUrl']
}

/** The connections of the configured iMessage accounts, each the way that it goes; the other way is not loaded. */
export async function imessageConnections(
  components: ImessageComponents,
  accounts: readonly ImessageAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  const enabled = accounts.filter((each) => each.enabled)
  return [
    ...(await throughServers(components, enabled)),
    ...(await throughImsg(components, enabled)),
  ]
}

async function throughServers(
  components: ImessageComponents,
  accounts: readonly ImessageAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  if (accounts.every(({ bluebubbles }) => bluebubbles === undefined)) return []
  const { bluebubblesConnection } = await import('@openclaw/channel-imessage/bluebubbles')
  return accounts.flatMap(({ account, bluebubbles, chunks }) => {
    if (bluebubbles === undefined) return []
    const { serverUrl, password = '', webhookPath, webhookSecret, webhookUrl } = bluebubbles
    const url = webhookUrl ?? publicAddress(components, webhookPath)
    return bluebubblesConnection({
      ...{ serverUrl, password, webhookPath, account, chunks },
      ...common(components, `bluebubbles-${account}.json`),
      ...(webhookSecret !== undefined && { webhookSecret }),
      ...(url !== undefined && { webhookUrl: url }),
    })
  })
}

async function throughImsg(
  components: ImessageComponents,
  accounts: readonly ImessageAccountConfig[],
): Promise<readonly ChannelConnection[]> {
  if (accounts.every(({ imsg }) => imsg === undefined)) return []
  const { imsgConnection } = await import('@openclaw/channel-imessage/imsg')
  return accounts.flatMap(({ account, chunks, imsg }) => {
    if (imsg === undefined) return []
    const { cliPath, dbPath, remoteHost, service, region } = imsg
    return imsgConnection({
      ...{ service, region, account, chunks, env: process.env },
      ...common(components, `imsg-${account}.json`),
      ...(cliPath !== undefined && { cliPath }),
      ...(dbPath !== undefined && { dbPath }),
      ...(remoteHost !== undefined && { remoteHost }),
    })
  })
}

/** Each way keeps its own place: how far one came says nothing of the other. */
function common({ clock, stateDir }: ImessageComponents, file: string) {
  const cursor = cursorFile(join(stateDir, 'imessage', file))
  return { cursor, clock, random: randomBytes }
}

/** The address at which devices reach this gateway, where a Mac may use it as well: not in clear. */
function publicAddress({ publicUrl }: ImessageComponents, path: string): string | undefined {
  if (publicUrl === undefined || !URL.canParse(publicUrl)) return undefined
  const { protocol, host, pathname } = new URL(publicUrl)
  if (protocol !== 'https:' && protocol !== 'wss:') return undefined
  return `https://${host}${pathname.replace(/\/+$/, '')}${path}`
}
