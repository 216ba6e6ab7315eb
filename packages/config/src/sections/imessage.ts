import type { AccountId, ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import type { BlueBubblesConfig, ImessageAccountConfig, ImsgConfig } from '../account-types.ts'
import { MAX_SECRET_LENGTH, MAX_URL_LENGTH, MESSAGE_UNITS } from '../limits.ts'
import { below, type Node, orNothing, readChoice, readText, WRONG } from '../read/node.ts'
import { isLoopback, readUrl } from '../read/url.ts'
import { isEnabled } from './accounts.ts'
import { IMSG_KEYS, TRANSPORTS } from './bluebubbles.ts'
import { accountsOf, type ChannelSection, type ChannelSections } from './channels.ts'
import { levelsOf, nearestOf } from './levels.ts'
import { readWebhookPath, type WebhookAccount } from './webhook-path.ts'
import { readChunks } from './writing.ts'

/** Where a BlueBubbles server calls unless `webhookPath` says otherwise. */
export const BLUEBUBBLES_WEBHOOK_PATH = '/bluebubbles-webhook'

const IMESSAGE = 'imessage' as ChannelName
const SERVICES = ['auto', 'imessage', 'sms'] as const

/** The accounts of iMessage, whatever they go through; none without a section. */
export function readImessage(
  sections: ChannelSections,
  policyOf: PolicyOf,
): readonly ImessageAccountConfig[] {
  const section = sections?.get(IMESSAGE)
  if (section === undefined) return []
  const ids = accountsOf(section)
  const ways = ids.map((account) => ({ account, levels: levelsOf(section, account) }))
  const called = ways.filter(({ levels }) => isServer(levels)).map(({ account }) => account)
  const accounts = ways.map(({ account, levels }) => ({
    channel: section.name,
    account,
    enabled: isEnabled(section, account),
    policy: policyOf({ channel: section.name, account }),
    chunks: readChunks(levels, MESSAGE_UNITS.imessage),
    ...(isServer(levels)
      ? { bluebubbles: readServer({ section, account, called }, levels), imsg: undefined }
      : { bluebubbles: undefined, imsg: readImsg(levels) }),
  }))
  refuseShared(section.level.node, accounts)
  return accounts
}

/** The account as paths are compared. */
export const bluebubblesCalledAt = ({
  bluebubbles,
  ...account
}: ImessageAccountConfig): WebhookAccount => ({
  ...account,
  webhookPath: bluebubbles?.webhookPath,
})

function textOf(levels: readonly Node[], key: string, most = 1_024): string | undefined {
  const node = nearestOf(levels, key)
  return node && orNothing(readText(node, most))
}

/** `transport`; where nobody says, what is written about: a server's address, or a section named for it. */
function isServer(levels: readonly Node[]): boolean {
  const node = nearestOf(levels, 'transport')
  const transport = node && readChoice(node, TRANSPORTS)
  if (transport !== undefined) return transport === 'bluebubbles'
  return levels.some(({ path }) => path[1] === 'bluebubbles') || isWritten(levels, ['serverUrl'])
}

const isWritten = (levels: readonly Node[], keys: readonly string[]): boolean =>
  keys.some((key) => nearestOf(levels, key) !== undefined)

interface Place {
  readonly section: ChannelSection
  readonly account: AccountId
  /** All accounts that a server calls. */
  readonly called: readonly AccountId[]
}

/** `undefined` where a policy alone is written, or nothing that can be used. */
function readServer(place: Place, levels: readonly Node[]): BlueBubblesConfig | undefined {
  const url = nearestOf(levels, 'serverUrl')
  const isMeant = isWritten(levels, ['transport', 'serverUrl', 'password'])
  const serverUrl = url && readServerUrl(url)
  const password = textOf(levels, 'password', MAX_SECRET_LENGTH)
  const path = readWebhookPath(pathPlace(place), BLUEBUBBLES_WEBHOOK_PATH)
  if (isMeant) warnMissing(levels, { serverUrl: url, password: nearestOf(levels, 'password') })
  if (serverUrl === undefined || typeof path !== 'string') return undefined
  return {
    serverUrl,
    password,
    webhookPath: path,
    webhookSecret: textOf(levels, 'webhookSecret', MAX_SECRET_LENGTH),
    webhookUrl: readWebhookUrl(nearestOf(levels, 'webhookUrl')),
  }
}

/** The section under which paths are written. */
function pathPlace({ section, ...place }: Place): Place {
  const { beside, level, accounts } = section
  const nodes = [level.node, ...[...accounts.values()].map(({ node }) => node)]
  const isHere = nodes.some((node) => below(node, 'webhookPath').value !== undefined)
  return { ...place, section: isHere || beside === undefined ? section : beside }
}

/**
 * An address in clear is warned of and passed on: the account says what is wrong with it, and the others run. In
 * OpenClaw 2026.2 it was the usual one.
 */
function readServerUrl(node: Node): string | undefined {
  const text = readText(node, MAX_URL_LENGTH)
  if (typeof text !== 'string') return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined)
    node.report.warn([...node.path], {
      problem: 'is no URL',
      fix: 'Write the address of the server, such as http://127.0.0.1:1234.',
    })
  else if (url.protocol !== 'https:' && !isLoopback(url.hostname))
    node.report.warn([...node.path], {
      problem:
        'would send the password and every message in clear over the network; the account stays off',
      fix: 'Use a tunnel, such as "ssh -N -L 1234:127.0.0.1:1234 you@the-mac" and http://127.0.0.1:1234, or the https address that BlueBubbles shows.',
    })
  return text
}

/** Where the Mac reaches the gateway: messages come that way. */
function readWebhookUrl(node: Node | undefined): string | undefined {
  const url = node && orNothing(readUrl(node))
  if (node === undefined || url === undefined) return undefined
  if (url.search === '' && url.pathname.length > 1) return url.href
  node.report.warn([...node.path], {
    problem: 'is not the whole address of the webhook, or more than it',
    fix: `Write the gateway's address with the path and without a secret, such as https://gateway.example.org${BLUEBUBBLES_WEBHOOK_PATH}.`,
  })
  return undefined
}

function warnMissing(
  levels: readonly Node[],
  written: Readonly<Record<'serverUrl' | 'password', Node | undefined>>,
): void {
  const fixes = {
    serverUrl: 'Write where the BlueBubbles server is, such as http://127.0.0.1:1234.',
    password: 'Write the one in the BlueBubbles app, under Settings → Connection.',
  }
  const [node] = levels
  for (const key of ['serverUrl', 'password'] as const) {
    if (written[key] !== undefined) continue
    node?.report.warn([...node.path, key], { problem: 'is missing', fix: fixes[key] })
  }
}

/** `undefined` where nothing says that imsg is to be started. */
function readImsg(levels: readonly Node[]): ImsgConfig | undefined {
  if (!isWritten(levels, [...IMSG_KEYS, 'transport'])) return undefined
  const wrong = IMSG_KEYS.map((key) => nearestOf(levels, key)).filter(
    (node) => node !== undefined && readText(node, 1_024) === WRONG,
  )
  if (wrong.length > 0) return undefined
  const service = nearestOf(levels, 'service')
  return {
    cliPath: textOf(levels, 'cliPath'),
    dbPath: textOf(levels, 'dbPath'),
    remoteHost: textOf(levels, 'remoteHost'),
    service: (service && orNothing(readChoice(service, SERVICES))) ?? 'auto',
    region: textOf(levels, 'region', 2) ?? 'US',
  }
}

/** Two accounts on one Mac would each answer the same people. */
function refuseShared(node: Node, accounts: readonly ImessageAccountConfig[]): void {
  const active = accounts.filter(({ enabled }) => enabled)
  for (const [index, { account, bluebubbles, imsg }] of active.entries()) {
    const way = wayOf({ bluebubbles, imsg })
    const twin = active.slice(0, index).find((other) => way !== undefined && wayOf(other) === way)
    if (twin === undefined) continue
    node.report.error([...node.path, 'accounts', account], {
      problem: `is the same Mac as account "${twin.account}"`,
      fix: 'Give each its own serverUrl, or its own cliPath, dbPath or remoteHost.',
    })
  }
}

function wayOf({
  bluebubbles,
  imsg,
}: Pick<ImessageAccountConfig, 'bluebubbles' | 'imsg'>): string | undefined {
  if (bluebubbles !== undefined) return bluebubbles.serverUrl.replace(/\/+$/, '')
  return imsg && JSON.stringify([imsg.cliPath, imsg.dbPath, imsg.remoteHost])
}
