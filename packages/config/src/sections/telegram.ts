import type { AccountId, ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import type { TelegramAccountConfig } from '../account-types.ts'
import { DEFAULT_ACCOUNT } from '../channels/names.ts'
import { variable } from '../paths/home.ts'
import type { Environment } from '../ports.ts'
import { below, type Node, type Read, readText, WRONG, wrong } from '../read/node.ts'
import { spelled } from '../read/report.ts'
import { isWord, readSecret, readSecretFile, type SecretFiles } from '../read/secret.ts'
import { readUrl } from '../read/url.ts'
import { isEnabled } from './accounts.ts'
import { accountsOf, type ChannelSection, type ChannelSections, emptySection } from './channels.ts'

/** Where the Bot API is unless `apiRoot` says otherwise. */
export const TELEGRAM_API_ROOT = 'https://api.telegram.org'

const TELEGRAM = 'telegram' as ChannelName
const TOKEN_VARIABLE = 'TELEGRAM_BOT_TOKEN'

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
  const ids = sections.has(TELEGRAM) ? namedAccounts(section) : unnamedAccounts(channels.env)
  const accounts = ids.map((account) => readAccount({ ...sources, section }, account))
  refuseShared(section.level.node, accounts)
  return accounts
}

/** Without a section, the environment alone can make an account. */
function unnamedAccounts(env: Environment): readonly AccountId[] {
  return variable(env, TOKEN_VARIABLE) === undefined ? [] : [DEFAULT_ACCOUNT]
}

/** What `accounts` names, or `default` where it names none; `default` too where the channel's own level has a token. */
function namedAccounts(section: ChannelSection): readonly AccountId[] {
  const { node } = section.level
  const named = accountsOf(section)
  if (named.includes(DEFAULT_ACCOUNT)) return named
  const keys = ['botToken', 'tokenFile']
  if (keys.some((key) => below(node, key).value !== undefined)) return [DEFAULT_ACCOUNT, ...named]
  if (variable(node.env, TOKEN_VARIABLE) !== undefined)
    node.report.elsewhere({
      severity: 'warning',
      file: 'environment',
      path: TOKEN_VARIABLE,
      problem: 'is not used: it counts for the account "default", which is not configured',
      fix: `Add an empty account "default", or unset ${TOKEN_VARIABLE}.`,
    })
  return named
}

interface AccountSources extends TelegramSources {
  readonly section: ChannelSection
}

function readAccount(sources: AccountSources, account: AccountId): TelegramAccountConfig {
  const { section, policyOf } = sources
  const own = section.accounts.get(account)
  const levels = [...(own === undefined ? [] : [own.node]), section.level.node]
  const tokens = account === DEFAULT_ACCOUNT ? levels : levels.slice(0, 1)
  const token = readToken(sources, { account, levels: tokens })
  const apiRoot = readApiRoot(levels)
  const isUsable = apiRoot !== WRONG && token.secret !== undefined
  return {
    channel: section.name,
    account,
    enabled: isEnabled(section, account),
    policy: policyOf({ channel: section.name, account }),
    botToken: isUsable ? token.secret : undefined,
    botTokenSource: token.source,
    apiRoot: apiRoot === WRONG || apiRoot === undefined ? TELEGRAM_API_ROOT : apiRoot,
  }
}

interface Token {
  readonly secret: string | undefined
  readonly source: string
}

/** The nearest level that names a token decides, also when that token cannot be read. */
function readToken(
  { secrets }: TelegramSources,
  { account, levels }: { readonly account: string; readonly levels: readonly Node[] },
): Token {
  for (const node of levels) {
    const file = readSecretFile(below(node, 'tokenFile'), secrets)
    if (file !== undefined)
      return file === WRONG
        ? { secret: undefined, source: spelled([...node.path, 'tokenFile']) }
        : { secret: file.secret, source: file.file }
    const path = [...node.path, 'botToken']
    const text = readSecret(below(node, 'botToken'))
    if (text !== undefined)
      return {
        secret: text === WRONG ? undefined : text,
        source: `${spelled(path)} in ${node.report.fileOf(path)}`,
      }
  }
  const [nearest] = levels
  const place = `${spelled([...(nearest?.path ?? []), 'botToken'])}`
  return account === DEFAULT_ACCOUNT
    ? fromEnvironment(nearest, place)
    : { secret: undefined, source: place }
}

function fromEnvironment(node: Node | undefined, place: string): Token {
  const secret = node && variable(node.env, TOKEN_VARIABLE)
  if (secret === undefined) return { secret: undefined, source: `${place} or ${TOKEN_VARIABLE}` }
  if (isWord(secret)) return { secret, source: TOKEN_VARIABLE }
  node?.report.elsewhere({
    severity: 'error',
    file: 'environment',
    path: TOKEN_VARIABLE,
    problem: 'has blanks or other characters that no token has',
    fix: 'Paste the token again.',
  })
  return { secret: undefined, source: TOKEN_VARIABLE }
}

/** The root alone: the adapter adds `/bot<token>/<method>`. */
function readApiRoot(levels: readonly Node[]): Read<string> {
  const node = levels
    .map((level) => below(level, 'apiRoot'))
    .find(({ value }) => value !== undefined)
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
