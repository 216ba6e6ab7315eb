import type { AccountId, ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import type { WhatsappAccountConfig } from '../account-types.ts'
import { DEFAULT_ACCOUNT } from '../channels/names.ts'
import { MAX_URL_LENGTH, MESSAGE_UNITS } from '../limits.ts'
import { expandHome } from '../paths/home.ts'
import { type Node, type Read, readFlag, readText, WRONG, wrong } from '../read/node.ts'
import type { SecretFiles } from '../read/secret.ts'
import { isLoopback } from '../read/url.ts'
import { isEnabled } from './accounts.ts'
import { accountsOf, type ChannelSection, type ChannelSections } from './channels.ts'
import { levelsOf, nearestOf } from './levels.ts'
import type { WebConfig } from './web.ts'
import type { WebhookAccount } from './webhook-path.ts'
import { hasCloudKeys, readCloud } from './whatsapp-cloud.ts'
import { whatsappTransport } from './whatsapp-transport.ts'
import { readChunks } from './writing.ts'

const WHATSAPP = 'whatsapp' as ChannelName

/** What the accounts of WhatsApp are read from. */
export interface WhatsappSources {
  readonly sections: ChannelSections
  readonly policyOf: PolicyOf
  readonly places: SecretFiles
  /** What is written for all linked devices. */
  readonly web: WebConfig
  /** Where credentials are kept. */
  readonly credentialsDir: string
}

/** The accounts of WhatsApp; none without a section. */
export function readWhatsapp(sources: WhatsappSources): readonly WhatsappAccountConfig[] {
  const section = sources.sections?.get(WHATSAPP)
  if (section === undefined) return []
  const ids = accountIds(section)
  const called = ids.filter((id) => whatsappTransport(levelsOf(section, id)) === 'cloud')
  const accounts = ids.map((account) => readAccount({ ...sources, section, called }, account))
  refuseShared(section.level.node, accounts)
  return accounts
}

/** What `accounts` names, or `default` where it names none; `default` too where the channel's own level has a number. */
function accountIds(section: ChannelSection): readonly AccountId[] {
  const named = accountsOf(section)
  if (named.includes(DEFAULT_ACCOUNT) || !hasCloudKeys(section.level.node)) return named
  return [DEFAULT_ACCOUNT, ...named]
}

interface AccountSources extends WhatsappSources {
  readonly section: ChannelSection
  readonly called: readonly AccountId[]
}

function readAccount(sources: AccountSources, account: AccountId): WhatsappAccountConfig {
  const { section, policyOf, called, web } = sources
  const levels = levelsOf(section, account)
  const transport = whatsappTransport(levels)
  const isCloud = transport === 'cloud'
  const authDir = isCloud ? undefined : readAuthDir(sources, account)
  const socket = isCloud ? undefined : readSocketUrl(nearestOf(levels, 'webSocketUrl'))
  const isUsable = transport !== WRONG && authDir !== WRONG && socket !== WRONG
  const isOn = isUsable && (isCloud || web.enabled)
  return {
    channel: section.name,
    account,
    enabled: isOn && isEnabled(section, account),
    policy: policyOf({ channel: section.name, account }),
    transport: isCloud ? 'cloud' : 'web',
    cloud: isCloud ? readCloud({ section, account, levels, called }) : undefined,
    authDir: authDir === WRONG ? undefined : authDir,
    webSocketUrl: socket === WRONG ? undefined : socket,
    sendReadReceipts: !isCloud && readSwitch(levels, 'sendReadReceipts') !== false,
    selfChatMode: !isCloud && readSwitch(levels, 'selfChatMode') === true,
    reconnect: web.reconnect,
    chunks: readChunks(levels, MESSAGE_UNITS[isCloud ? 'whatsappCloud' : 'whatsappWeb']),
  }
}

/** `credentials/whatsapp/<account>` unless one is named; what the channel names is the default account's alone. */
function readAuthDir(
  { section, places, credentialsDir }: AccountSources,
  account: AccountId,
): Read<string> {
  const levels = levelsOf(section, account)
  const node = nearestOf(account === DEFAULT_ACCOUNT ? levels : levels.slice(0, -1), 'authDir')
  const { files, folder, home } = places
  if (node === undefined) return files.resolve(credentialsDir, `${WHATSAPP}/${account}`)
  const named = readText(node, 4_096)
  return typeof named === 'string' ? files.resolve(folder, expandHome(named, home)) : named
}

/** What cannot be understood is off, whatever holds where nothing is written. */
function readSwitch(levels: readonly Node[], key: string): boolean | undefined {
  const node = nearestOf(levels, key)
  return node === undefined ? undefined : readFlag(node) === true
}

/** wss, or ws on this machine. */
function readSocketUrl(node: Node | undefined): Read<string> {
  const text = node && readText(node, MAX_URL_LENGTH)
  if (node === undefined || typeof text !== 'string') return text
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLocal = url?.protocol === 'ws:' && isLoopback(url.hostname)
  if (url !== undefined && (url.protocol === 'wss:' || isLocal)) return url.href
  const fix = 'Use wss://…, or ws://127.0.0.1:<port>; without the key it is WhatsApp itself.'
  return wrong(node, 'must be wss, or ws on this machine', fix)
}

/** Two accounts with one number, or one set of keys, would each answer the same people. */
function refuseShared(node: Node, accounts: readonly WhatsappAccountConfig[]): void {
  const active = accounts.filter(({ enabled }) => enabled)
  const keys = [
    ['authDir', ({ authDir }: WhatsappAccountConfig) => authDir],
    ['cloud.phoneNumberId', ({ cloud }: WhatsappAccountConfig) => cloud?.phoneNumberId],
  ] as const
  for (const [index, each] of active.entries()) {
    for (const [key, of] of keys) {
      const twin = active.slice(0, index).find((other) => of(other) === of(each))
      if (of(each) === undefined || twin === undefined) continue
      node.report.error([...node.path, 'accounts', each.account, ...key.split('.')], {
        problem: `is the same as of account "${twin.account}"`,
        fix: 'Give each account a number of its own.',
      })
    }
  }
}

/** Where Meta calls an account of the Cloud API. */
export const cloudCalledAt = ({ cloud, ...account }: WhatsappAccountConfig): WebhookAccount => ({
  ...account,
  webhookPath: cloud?.webhookPath,
})
