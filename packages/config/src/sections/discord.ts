import type { AccountId, ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import type { DiscordAccountConfig } from '../account-types.ts'
import { DEFAULT_ACCOUNT } from '../channels/names.ts'
import { variable } from '../paths/home.ts'
import { below, type Node, type Read, WRONG, wrong } from '../read/node.ts'
import { spelled } from '../read/report.ts'
import { isWord, readSecret } from '../read/secret.ts'
import { readUrl } from '../read/url.ts'
import { isEnabled } from './accounts.ts'
import { accountsOf, type ChannelSection, type ChannelSections, emptySection } from './channels.ts'

/** Where the REST API is unless `apiRoot` says otherwise. */
export const DISCORD_API_ROOT = 'https://discord.com/api'

const DISCORD = 'discord' as ChannelName
const TOKEN_VARIABLE = 'DISCORD_BOT_TOKEN'

/** What the accounts of Discord are read from. */
export interface DiscordSources {
  readonly channels: Node
  readonly sections: ChannelSections
  readonly policyOf: PolicyOf
}

/** The accounts of Discord. Tokens are never inherited: two accounts with one bot would answer everybody twice. */
export function readDiscord(sources: DiscordSources): readonly DiscordAccountConfig[] {
  const { channels, sections } = sources
  if (sections === undefined) return []
  const section = sections.get(DISCORD) ?? emptySection(channels, DISCORD)
  const ids = sections.has(DISCORD) ? namedAccounts(section) : unnamedAccounts(channels)
  const accounts = ids.map((account) => readAccount({ ...sources, section }, account))
  refuseShared(section.level.node, accounts)
  return accounts
}

/** Without a section, the environment alone can make an account. */
function unnamedAccounts({ env }: Node): readonly AccountId[] {
  return variable(env, TOKEN_VARIABLE) === undefined ? [] : [DEFAULT_ACCOUNT]
}

/** What `accounts` names, or `default` where it names none; `default` too where the channel's own level has a token. */
function namedAccounts(section: ChannelSection): readonly AccountId[] {
  const { node } = section.level
  const named = accountsOf(section)
  if (named.includes(DEFAULT_ACCOUNT)) return named
  if (below(node, 'token').value !== undefined) return [DEFAULT_ACCOUNT, ...named]
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

interface AccountSources extends DiscordSources {
  readonly section: ChannelSection
}

function readAccount(sources: AccountSources, account: AccountId): DiscordAccountConfig {
  const { section, policyOf } = sources
  const own = section.accounts.get(account)
  const levels = [...(own === undefined ? [] : [own.node]), section.level.node]
  const isDefault = account === DEFAULT_ACCOUNT
  const token = readToken(isDefault ? levels : levels.slice(0, 1), account)
  const apiRoot = readApiRoot(
    levels.map((level) => below(level, 'apiRoot')).find(({ value }) => value !== undefined),
  )
  return {
    channel: section.name,
    account,
    enabled: isEnabled(section, account),
    policy: policyOf({ channel: section.name, account }),
    token: apiRoot === WRONG ? undefined : token.secret,
    tokenSource: token.source,
    apiRoot: apiRoot === WRONG || apiRoot === undefined ? DISCORD_API_ROOT : apiRoot,
  }
}

interface Token {
  readonly secret: string | undefined
  readonly source: string
}

/** The nearest level that names a token decides, also when that token cannot be read. */
function readToken(levels: readonly Node[], account: AccountId): Token {
  for (const node of levels) {
    const path = [...node.path, 'token']
    const text = readSecret(below(node, 'token'))
    if (text !== undefined)
      return {
        secret: text === WRONG ? undefined : text,
        source: `${spelled(path)} in ${node.report.fileOf(path)}`,
      }
  }
  const [nearest] = levels
  const place = spelled([...(nearest?.path ?? []), 'token'])
  return account === DEFAULT_ACCOUNT && nearest !== undefined
    ? fromEnvironment(nearest, place)
    : { secret: undefined, source: place }
}

function fromEnvironment(node: Node, place: string): Token {
  const secret = variable(node.env, TOKEN_VARIABLE)
  if (secret === undefined) return { secret: undefined, source: `${place} or ${TOKEN_VARIABLE}` }
  if (isWord(secret)) return { secret, source: TOKEN_VARIABLE }
  node.report.elsewhere({
    severity: 'error',
    file: 'environment',
    path: TOKEN_VARIABLE,
    problem: 'has blanks or other characters that no token has',
    fix: 'Paste the token again, without "Bot" before it.',
  })
  return { secret: undefined, source: TOKEN_VARIABLE }
}

/** What versions are below: `https://discord.com/api`; a host alone means its `/api`, a version at the end is left out. */
function readApiRoot(node: Node | undefined): Read<string> {
  const url = node && readUrl(node)
  if (node === undefined || url === undefined) return undefined
  if (url === WRONG) return WRONG
  if (url.search !== '')
    return wrong(node, 'is more than the root', 'Remove everything from "?" on.')
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v\d+$/, '')
  return `${url.origin}${path === '' ? '/api' : path}`
}

function refuseShared(node: Node, accounts: readonly DiscordAccountConfig[]): void {
  const active = accounts.filter(({ enabled, token }) => enabled && token !== undefined)
  for (const [index, { account, token }] of active.entries()) {
    const twin = active.slice(0, index).find((other) => other.token === token)
    if (twin === undefined) continue
    node.report.error([...node.path, 'accounts', account, 'token'], {
      problem: `is the same bot as of account "${twin.account}"`,
      fix: 'Give each account its own bot: with one, everybody would be answered twice.',
    })
  }
}
