import type { AccountId, ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import type { SlackAccountConfig } from '../account-types.ts'
import { DEFAULT_ACCOUNT } from '../channels/names.ts'
import { variable } from '../paths/home.ts'
import { below, type Node, type Read, readChoice, WRONG, wrong } from '../read/node.ts'
import { spelled } from '../read/report.ts'
import { isWord, readSecret } from '../read/secret.ts'
import { readUrl } from '../read/url.ts'
import { isEnabled } from './accounts.ts'
import { accountsOf, type ChannelSection, type ChannelSections, emptySection } from './channels.ts'
import { readWebhookPath } from './webhook-path.ts'

/** Where the Web API is unless `apiRoot` says otherwise. */
export const SLACK_API_ROOT = 'https://slack.com/api'

const SLACK = 'slack' as ChannelName
/** Where Slack calls the gateway unless `webhookPath` says otherwise. */
export const SLACK_WEBHOOK_PATH = '/slack/events'

/** The signing secret has no variable, as in OpenClaw. */
const VARIABLES = { botToken: 'SLACK_BOT_TOKEN', appToken: 'SLACK_APP_TOKEN' } as const
type TokenKey = keyof typeof VARIABLES | 'signingSecret'
const KEYS: readonly TokenKey[] = ['botToken', 'appToken', 'signingSecret']

/** What the accounts of Slack are read from. */
export interface SlackSources {
  readonly channels: Node
  readonly sections: ChannelSections
  readonly policyOf: PolicyOf
}

/** The accounts of Slack. Tokens are never inherited: two accounts of one app would each get a part of its messages. */
export function readSlack(sources: SlackSources): readonly SlackAccountConfig[] {
  const { channels, sections } = sources
  if (sections === undefined) return []
  const section = sections.get(SLACK) ?? emptySection(channels, SLACK)
  const ids = sections.has(SLACK) ? namedAccounts(section) : unnamedAccounts(channels)
  const modes = new Map<AccountId, Mode>()
  for (const account of ids) modes.set(account, readMode(levelsOf(section, account)))
  const called = ids.filter((account) => modes.get(account) === 'http')
  const accounts = ids.map((account) => {
    const mode = modes.get(account) ?? 'socket'
    return readAccount({ ...sources, section, mode, called }, account)
  })
  refuseShared(section.level.node, accounts)
  return accounts
}

/** Without a section, the environment alone can make an account. */
function unnamedAccounts({ env }: Node): readonly AccountId[] {
  const isThere = Object.values(VARIABLES).some((name) => variable(env, name) !== undefined)
  return isThere ? [DEFAULT_ACCOUNT] : []
}

/** What `accounts` names, or `default` where it names none; `default` too where the channel's own level has a token. */
function namedAccounts(section: ChannelSection): readonly AccountId[] {
  const { node } = section.level
  const named = accountsOf(section)
  if (named.includes(DEFAULT_ACCOUNT)) return named
  if (KEYS.some((key) => below(node, key).value !== undefined)) return [DEFAULT_ACCOUNT, ...named]
  for (const path of Object.values(VARIABLES)) {
    if (variable(node.env, path) === undefined) continue
    node.report.elsewhere({
      severity: 'warning',
      file: 'environment',
      path,
      problem: 'is not used: it counts for the account "default", which is not configured',
      fix: `Add an empty account "default", or unset ${path}.`,
    })
  }
  return named
}

/** How its events come; `WRONG` was reported. */
type Mode = SlackAccountConfig['mode'] | typeof WRONG

interface AccountSources extends SlackSources {
  readonly section: ChannelSection
  readonly mode: Mode
  /** The accounts that Slack calls. */
  readonly called: readonly AccountId[]
}

function readAccount(sources: AccountSources, account: AccountId): SlackAccountConfig {
  const { section, policyOf, mode, called } = sources
  const levels = levelsOf(section, account)
  const isDefault = account === DEFAULT_ACCOUNT
  const tokenLevels = isDefault ? levels : levels.slice(0, 1)
  const [bot, app] = [
    readToken(tokenLevels, 'botToken', isDefault ? 'environment' : 'file'),
    readToken(tokenLevels, 'appToken', isDefault ? 'environment' : 'file'),
  ]
  const signing = readToken(tokenLevels, 'signingSecret', 'file')
  const apiRoot = readApiRoot(nearestOf(levels, 'apiRoot'))
  const isHttp = mode === 'http'
  const path = isHttp
    ? readWebhookPath({ section, account, called }, SLACK_WEBHOOK_PATH)
    : undefined
  const isUsable = apiRoot !== WRONG && mode !== WRONG && path !== WRONG
  return {
    channel: section.name,
    account,
    enabled: isEnabled(section, account),
    policy: policyOf({ channel: section.name, account }),
    mode: isHttp ? 'http' : 'socket',
    botToken: isUsable ? bot.secret : undefined,
    appToken: isUsable ? app.secret : undefined,
    signingSecret: isUsable && isHttp ? signing.secret : undefined,
    webhookPath: isUsable ? path : undefined,
    botTokenSource: bot.source,
    appTokenSource: app.source,
    signingSecretSource: signing.source,
    apiRoot: apiRoot === WRONG || apiRoot === undefined ? SLACK_API_ROOT : apiRoot,
  }
}

/** Nearest first. */
function levelsOf({ accounts, level }: ChannelSection, account: AccountId): readonly Node[] {
  const own = accounts.get(account)
  return [...(own === undefined ? [] : [own.node]), level.node]
}

function nearestOf(levels: readonly Node[], key: string): Node | undefined {
  return levels.map((level) => below(level, key)).find(({ value }) => value !== undefined)
}

function readMode(levels: readonly Node[]): Mode {
  const node = nearestOf(levels, 'mode')
  return (node && readChoice(node, ['socket', 'http'] as const)) ?? 'socket'
}

interface Token {
  readonly secret: string | undefined
  readonly source: string
}

/** The nearest level that names a token decides, also when that token cannot be read. */
function readToken(levels: readonly Node[], key: TokenKey, also: 'environment' | 'file'): Token {
  for (const node of levels) {
    const path = [...node.path, key]
    const text = readSecret(below(node, key))
    if (text !== undefined)
      return {
        secret: text === WRONG ? undefined : text,
        source: `${spelled(path)} in ${node.report.fileOf(path)}`,
      }
  }
  const [nearest] = levels
  const place = spelled([...(nearest?.path ?? []), key])
  return also === 'environment' && nearest !== undefined && key !== 'signingSecret'
    ? fromEnvironment(nearest, VARIABLES[key], place)
    : { secret: undefined, source: place }
}

function fromEnvironment(node: Node, name: string, place: string): Token {
  const secret = variable(node.env, name)
  if (secret === undefined) return { secret: undefined, source: `${place} or ${name}` }
  if (isWord(secret)) return { secret, source: name }
  node.report.elsewhere({
    severity: 'error',
    file: 'environment',
    path: name,
    problem: 'has blanks or other characters that no token has',
    fix: 'Paste the token again.',
  })
  return { secret: undefined, source: name }
}

/** What methods are below: `https://slack.com/api`; a host alone means its `/api`. */
function readApiRoot(node: Node | undefined): Read<string> {
  const url = node && readUrl(node)
  if (node === undefined || url === undefined) return undefined
  if (url === WRONG) return WRONG
  if (url.search !== '')
    return wrong(node, 'is more than the root', 'Remove everything from "?" on.')
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${path === '' ? '/api' : path}`
}

function refuseShared(node: Node, accounts: readonly SlackAccountConfig[]): void {
  const active = accounts.filter(({ enabled }) => enabled)
  for (const [index, account] of active.entries()) {
    for (const key of KEYS) {
      const twin = active.slice(0, index).find((other) => other[key] === account[key])
      if (account[key] === undefined || twin === undefined) continue
      node.report.error([...node.path, 'accounts', account.account, key], {
        problem: `is the same as of account "${twin.account}"`,
        fix: 'Give each account its own app: two accounts of one would each get a part of its messages.',
      })
    }
  }
}
