import type { AccountId, ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import type { DiscordAccountConfig } from '../account-types.ts'
import { DEFAULT_ACCOUNT } from '../channels/names.ts'
import { DISCORD_LINES, DISCORD_RETRY, MESSAGE_UNITS } from '../limits.ts'
import { type Node, type Read, WRONG, wrong } from '../read/node.ts'
import { readUrl } from '../read/url.ts'
import { isEnabled } from './accounts.ts'
import { type ChannelSection, type ChannelSections, emptySection } from './channels.ts'
import { levelsOf, nearestOf } from './levels.ts'
import { namedAccounts, readToken, type TokenPlaces, unnamedAccounts } from './tokens.ts'
import { readChunks, readLines, readRetry } from './writing.ts'

/** Where the REST API is unless `apiRoot` says otherwise. */
export const DISCORD_API_ROOT = 'https://discord.com/api'

const DISCORD = 'discord' as ChannelName
const VARIABLE = {
  name: 'DISCORD_BOT_TOKEN',
  fix: 'Paste the token again, without "Bot" before it.',
}
const TOKENS: TokenPlaces = { keys: ['token'], variables: [VARIABLE.name] }

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
  const ids = sections.has(DISCORD)
    ? namedAccounts(section, TOKENS)
    : unnamedAccounts(channels.env, TOKENS)
  const accounts = ids.map((account) => readAccount({ ...sources, section }, account))
  refuseShared(section.level.node, accounts)
  return accounts
}

interface AccountSources extends DiscordSources {
  readonly section: ChannelSection
}

function readAccount(sources: AccountSources, account: AccountId): DiscordAccountConfig {
  const { section, policyOf } = sources
  const levels = levelsOf(section, account)
  const token =
    account === DEFAULT_ACCOUNT
      ? readToken(levels, 'token', VARIABLE)
      : readToken(levels.slice(0, 1), 'token', undefined)
  const apiRoot = readApiRoot(nearestOf(levels, 'apiRoot'))
  return {
    channel: section.name,
    account,
    enabled: isEnabled(section, account),
    policy: policyOf({ channel: section.name, account }),
    token: apiRoot === WRONG ? undefined : token.secret,
    tokenSource: token.source,
    retry: readRetry(levels, DISCORD_RETRY),
    chunks: {
      ...readChunks(levels, MESSAGE_UNITS.discord),
      lines: readLines(levels, DISCORD_LINES),
    },
    apiRoot: apiRoot === WRONG || apiRoot === undefined ? DISCORD_API_ROOT : apiRoot,
  }
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
