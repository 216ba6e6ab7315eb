import type { AccountId, ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import type { TelegramAccountConfig } from '../account-types.ts'
import { DEFAULT_ACCOUNT } from '../channels/names.ts'
import { MESSAGE_UNITS, TELEGRAM_RETRY } from '../limits.ts'
import { below, type Node, orNothing, type Read, readText, WRONG, wrong } from '../read/node.ts'
import { spelled } from '../read/report.ts'
import { readSecretFile, type SecretFiles } from '../read/secret.ts'
import { readUrl } from '../read/url.ts'
import { isEnabled } from './accounts.ts'
import { type ChannelSection, type ChannelSections, emptySection } from './channels.ts'
import { levelsOf, nearestOf } from './levels.ts'
import { readTelegramNetwork } from './telegram-network.ts'
import {
  namedAccounts,
  type Token,
  type TokenPlaces,
  tokenAt,
  tokenElsewhere,
  unnamedAccounts,
} from './tokens.ts'
import { readChunks, readRetry } from './writing.ts'

/** Where the Bot API is unless `apiRoot` says otherwise. */
export const TELEGRAM_API_ROOT = 'https://api.telegram.org'

const TELEGRAM = 'telegram' as ChannelName
const VARIABLE = { name: 'TELEGRAM_BOT_TOKEN' }
const TOKENS: TokenPlaces = { keys: ['botToken', 'tokenFile'], variables: [VARIABLE.name] }

/** What the accounts of Telegram are read from. */
export interface TelegramSources {
  readonly channels: Node
  readonly sections: ChannelSections
  readonly policyOf: PolicyOf
  readonly secrets: SecretFiles
}

/** The accounts of Telegram. Tokens are never inherited: two accounts that poll one bot would rob each other. */
export function readTelegram(sources: TelegramSources): readonly TelegramAccountConfig[] {
  const { channels, sections } = sources
  if (sections === undefined) return []
  const section = sections.get(TELEGRAM) ?? emptySection(channels, TELEGRAM)
  const ids = sections.has(TELEGRAM)
    ? namedAccounts(section, TOKENS)
    : unnamedAccounts(channels.env, TOKENS)
  const accounts = ids.map((account) => readAccount({ ...sources, section }, account))
  refuseShared(section.level.node, accounts)
  return accounts
}

interface AccountSources extends TelegramSources {
  readonly section: ChannelSection
}

function readAccount(sources: AccountSources, account: AccountId): TelegramAccountConfig {
  const { section, policyOf } = sources
  const levels = levelsOf(section, account)
  const tokens = account === DEFAULT_ACCOUNT ? levels : levels.slice(0, 1)
  const token = readBotToken(sources, { account, levels: tokens })
  const root = readApiRoot(levels)
  const apiRoot = root === WRONG || root === undefined ? TELEGRAM_API_ROOT : root
  const { proxy, ...network } = readTelegramNetwork(levels, apiRoot)
  const isUsable = root !== WRONG && proxy !== WRONG && token.secret !== undefined
  return {
    channel: section.name,
    account,
    enabled: isEnabled(section, account),
    policy: policyOf({ channel: section.name, account }),
    botToken: isUsable ? token.secret : undefined,
    botTokenSource: token.source,
    apiRoot,
    ...network,
    proxy: orNothing(proxy),
    retry: readRetry(levels, TELEGRAM_RETRY),
    chunks: readChunks(levels, MESSAGE_UNITS.telegram),
  }
}

/** The nearest level that names a token decides, also when that token cannot be read; a file outranks text beside it. */
function readBotToken(
  { secrets }: TelegramSources,
  { account, levels }: { readonly account: string; readonly levels: readonly Node[] },
): Token {
  for (const node of levels) {
    const file = readSecretFile(below(node, 'tokenFile'), secrets, 'token')
    if (file === WRONG) return { secret: undefined, source: spelled([...node.path, 'tokenFile']) }
    if (file !== undefined) return { secret: file.secret, source: file.file }
    const token = tokenAt(node, 'botToken')
    if (token !== undefined) return token
  }
  return tokenElsewhere(levels, 'botToken', account === DEFAULT_ACCOUNT ? VARIABLE : undefined)
}

/** The root alone: the adapter adds `/bot<token>/<method>`. */
function readApiRoot(levels: readonly Node[]): Read<string> {
  const node = nearestOf(levels, 'apiRoot')
  if (node === undefined) return undefined
  const url = readUrl(node)
  if (url === WRONG || url === undefined) return url
  const text = readText(node, url.href.length + 1)
  if (typeof text !== 'string') return text
  if (text.endsWith('/')) return wrong(node, 'ends with "/"', 'Remove the "/" at the end.')
  if (/\/bot/i.test(url.pathname) || url.search !== '')
    return wrong(
      node,
      'is more than the root',
      'Remove "/bot…" and everything from "?" on; the token stands in botToken.',
    )
  return text
}

function refuseShared(node: Node, accounts: readonly TelegramAccountConfig[]): void {
  const active = accounts.filter(({ enabled, botToken }) => enabled && botToken !== undefined)
  for (const [index, { account, botToken }] of active.entries()) {
    const twin = active.slice(0, index).find((other) => other.botToken === botToken)
    if (twin === undefined) continue
    node.report.error([...node.path, 'accounts', account, 'botToken'], {
      problem: `is the same bot as of account "${twin.account}"`,
      fix: 'Give each account its own bot: Telegram lets one poller in.',
    })
  }
}
