import type { AccountId, ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import { DEFAULT_ACCOUNT } from '../channels/names.ts'
import { variable } from '../paths/home.ts'
import { below, type Node, orNothing, type Read, readChoice, WRONG, wrong } from '../read/node.ts'
import { spelled } from '../read/report.ts'
import { isWord, readSecret } from '../read/secret.ts'
import { readUrl } from '../read/url.ts'
import type { SlackAccountConfig } from '../types.ts'
import { isEnabled } from './accounts.ts'
import { accountsOf, type ChannelSection, type ChannelSections, emptySection } from './channels.ts'

/** Where the Web API is unless `apiRoot` says otherwise. */
export const SLACK_API_ROOT = 'https://slack.com/api'

const SLACK = 'slack' as ChannelName
const VARIABLES = { botToken: 'SLACK_BOT_TOKEN', appToken: 'SLACK_APP_TOKEN' } as const
type TokenKey = keyof typeof VARIABLES
const KEYS: readonly TokenKey[] = ['botToken', 'appToken']

/** What the accounts of Slack are read from. */
export interface SlackSources {
  readonly channels: Node
  readonly sections: ChannelSections
  readonly policyOf: PolicyOf
}

/** The accounts of Slack. Tokens are never inherited: two sockets of one app would each get a part of its messages. */
export function readSlack(sources: SlackSources): readonly SlackAccountConfig[] {
  const { channels, sections } = sources
  if (sections === undefined) return []
  const section = sections.get(SLACK) ?? emptySection(channels, SLACK)
  const ids = sections.has(SLACK) ? namedAccounts(section) : unnamedAccounts(channels)
  const accounts = ids.map((account) => readAccount({ ...sources, section }, account))
  refuseShared(section.level.node, accounts)
  return accounts
}

/** Without a section, the environment alone can make an account. */
function unnamedAccounts({ env }: Node): readonly AccountId[] {
  const isThere = KEYS.some((key) => variable(env, VARIABLES[key]) !== undefined)
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

interface AccountSources extends SlackSources {
  readonly section: ChannelSection
}

function readAccount(sources: AccountSources, account: AccountId): SlackAccountConfig {
  const { section, policyOf } = sources
  const own = section.accounts.get(account)
  const levels = [...(own === undefined ? [] : [own.node]), section.level.node]
  const isDefault = account === DEFAULT_ACCOUNT
  const tokenLevels = isDefault ? levels : levels.slice(0, 1)
  const [bot, app] = [
    readToken(tokenLevels, 'botToken', isDefault ? 'environment' : 'file'),
    readToken(tokenLevels, 'appToken', isDefault ? 'environment' : 'file'),
  ]
  const apiRoot = readApiRoot(nearestOf(levels, 'apiRoot'))
  const isUsable = apiRoot !== WRONG && isSocketMode(nearestOf(levels, 'mode'))
  return {
    channel: section.name,
    account,
    enabled: isEnabled(section, account),
    policy: policyOf({ channel: section.name, account }),
    botToken: isUsable ? bot.secret : undefined,
    appToken: isUsable ? app.secret : undefined,
    botTokenSource: bot.source,
    appTokenSource: app.source,
    apiRoot: apiRoot === WRONG || apiRoot === undefined ? SLACK_API_ROOT : apiRoot,
  }
}

function nearestOf(levels: readonly Node[], key: string): Node | undefined {
  return levels.map((level) => below(level, key)).find(({ value }) => value !== undefined)
}

/** The other mode of OpenClaw is named, so that nobody waits for messages that cannot come. */
function isSocketMode(node: Node | undefined): boolean {
  const mode = node && orNothing(readChoice(node, ['socket', 'http'] as const))
  if (node === undefined || mode === 'socket') return true
  if (mode === 'http')
    node.report.warn([...node.path], {
      problem: 'is "http", which this release does not speak: Slack stays unconnected',
      fix: 'Write mode: "socket", switch Socket Mode on for the app, and give an appToken.',
    })
  return false
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
  return also === 'environment' && nearest !== undefined
    ? fromEnvironment(nearest, key, place)
    : { secret: undefined, source: place }
}

function fromEnvironment(node: Node, key: TokenKey, place: string): Token {
  const name = VARIABLES[key]
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
        fix: 'Give each account its own app: Slack shares messages out among the sockets of one.',
      })
    }
  }
}
