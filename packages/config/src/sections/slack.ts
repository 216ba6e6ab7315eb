import type { AccountId, ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import type { SlackAccountConfig } from '../account-types.ts'
import { DEFAULT_ACCOUNT } from '../channels/names.ts'
import { MESSAGE_UNITS } from '../limits.ts'
import { type Node, type Read, readChoice, WRONG, wrong } from '../read/node.ts'
import { readUrl } from '../read/url.ts'
import { isEnabled } from './accounts.ts'
import { type ChannelSection, type ChannelSections, emptySection } from './channels.ts'
import { levelsOf, nearestOf } from './levels.ts'
import {
  namedAccounts,
  readToken,
  type Token,
  type TokenPlaces,
  unnamedAccounts,
} from './tokens.ts'
import { readWebhookPath } from './webhook-path.ts'
import { readChunks } from './writing.ts'

/** Where the Web API is unless `apiRoot` says otherwise. */
export const SLACK_API_ROOT = 'https://slack.com/api'

const SLACK = 'slack' as ChannelName
/** Where Slack calls the gateway unless `webhookPath` says otherwise. */
export const SLACK_WEBHOOK_PATH = '/slack/events'

/** The signing secret has no variable, as in OpenClaw. */
const VARIABLES = {
  botToken: { name: 'SLACK_BOT_TOKEN' },
  appToken: { name: 'SLACK_APP_TOKEN' },
  signingSecret: undefined,
} as const
const KEYS = ['botToken', 'appToken', 'signingSecret'] as const
const TOKENS: TokenPlaces = { keys: KEYS, variables: ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'] }

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
  const ids = sections.has(SLACK)
    ? namedAccounts(section, TOKENS)
    : unnamedAccounts(channels.env, TOKENS)
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
  const token = (key: (typeof KEYS)[number]): Token =>
    isDefault
      ? readToken(levels, key, VARIABLES[key])
      : readToken(levels.slice(0, 1), key, undefined)
  const [bot, app, signing] = [token('botToken'), token('appToken'), token('signingSecret')]
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
    chunks: readChunks(levels, MESSAGE_UNITS.slack),
    botTokenSource: bot.source,
    appTokenSource: app.source,
    signingSecretSource: signing.source,
    apiRoot: apiRoot === WRONG || apiRoot === undefined ? SLACK_API_ROOT : apiRoot,
  }
}

function readMode(levels: readonly Node[]): Mode {
  const node = nearestOf(levels, 'mode')
  return (node && readChoice(node, ['socket', 'http'] as const)) ?? 'socket'
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
