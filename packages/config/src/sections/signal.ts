import type { AccountId, ChannelName, PolicyOf } from '@openclaw/pairing-contracts'
import type { SignalAccountConfig } from '../account-types.ts'
import { signalSender } from '../channels/rules.ts'
import { MESSAGE_UNITS } from '../limits.ts'
import { type Node, orNothing, type Read, readText, readWhole, WRONG, wrong } from '../read/node.ts'
import { isLoopback, readUrl } from '../read/url.ts'
import { isEnabled } from './accounts.ts'
import { accountsOf, type ChannelSection, type ChannelSections } from './channels.ts'
import { levelsOf, nearestOf } from './levels.ts'
import { readSignalDaemon } from './signal-daemon.ts'
import { readChunks } from './writing.ts'

const SIGNAL = 'signal' as ChannelName
const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 8080

/** One of these says that a daemon is to be connected to; a policy alone does not. */
const DAEMON_KEYS = ['account', 'httpUrl', 'httpHost', 'httpPort', 'cliPath']

/** The accounts of Signal; none without a section. */
export function readSignal(
  sections: ChannelSections,
  policyOf: PolicyOf,
): readonly SignalAccountConfig[] {
  const section = sections?.get(SIGNAL)
  if (section === undefined) return []
  const accounts = accountsOf(section).map((account) => readAccount(section, account, policyOf))
  refuseShared(section.level.node, accounts)
  return accounts
}

function readAccount(
  section: ChannelSection,
  account: AccountId,
  policyOf: PolicyOf,
): SignalAccountConfig {
  const levels = levelsOf(section, account)
  const number = readNumber(nearestOf(levels, 'account'))
  const httpUrl = readAddress(levels)
  const place = typeof httpUrl === 'string' && number !== WRONG ? { number, httpUrl } : undefined
  const daemon = place && readSignalDaemon(levels, place)
  const isUsable = place !== undefined && daemon !== WRONG
  return {
    channel: section.name,
    account,
    enabled: isEnabled(section, account),
    policy: policyOf({ channel: section.name, account }),
    chunks: readChunks(levels, MESSAGE_UNITS.signal),
    number: orNothing(number),
    httpUrl: isUsable ? place.httpUrl : undefined,
    daemon: orNothing(daemon),
  }
}

function readNumber(node: Node | undefined): Read<string> {
  const text = node && readText(node, 64)
  if (node === undefined || typeof text !== 'string') return text
  const number = numberIn(text)
  return number ?? wrong(node, 'is no phone number', 'Write it with + and the country code.')
}

function numberIn(text: string): string | undefined {
  try {
    const sender = signalSender(text)
    return sender.startsWith('+') ? sender : undefined
  } catch {
    return undefined
  }
}

/** `httpUrl`, else `httpHost` and `httpPort`; nothing where no key says that there is a daemon. */
function readAddress(levels: readonly Node[]): Read<string> {
  const url = nearestOf(levels, 'httpUrl')
  if (url !== undefined) return readHttpUrl(url)
  const isWanted = nearestOf(levels, 'autoStart')?.value === true
  const isNamed = isWanted || DAEMON_KEYS.some((key) => nearestOf(levels, key) !== undefined)
  return isNamed ? readHostAndPort(levels) : undefined
}

function readHttpUrl(node: Node): Read<string> {
  const url = readUrl(node)
  if (url === WRONG || url === undefined) return url
  if (url.search !== '' || /\/api(?:\/|$)/.test(url.pathname))
    return wrong(node, 'is more than the address', 'Remove "/api…" and everything from "?" on.')
  return url.href.replace(/\/+$/, '')
}

function readHostAndPort(levels: readonly Node[]): Read<string> {
  const [host, port] = [nearestOf(levels, 'httpHost'), nearestOf(levels, 'httpPort')]
  const name = host === undefined ? DEFAULT_HOST : readHost(host)
  const number = port === undefined ? DEFAULT_PORT : readWhole(port, [1, 65_535])
  if (typeof name !== 'string' || typeof number !== 'number') return WRONG
  return `http://${name}:${String(number)}`
}

function readHost(node: Node): Read<string> {
  const text = readText(node, 256)
  if (typeof text !== 'string') return text
  const host = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text
  if (isLoopback(host)) return host
  const fix = 'Write 127.0.0.1, or httpUrl with https:// for a daemon on another machine.'
  return wrong(node, 'must be this machine', fix)
}

/** Two accounts with one number would each answer the same people; a daemon that is started here has one account. */
function refuseShared(node: Node, accounts: readonly SignalAccountConfig[]): void {
  const active = accounts.filter(({ enabled, httpUrl }) => enabled && httpUrl !== undefined)
  for (const [index, each] of active.entries()) {
    const before = active.slice(0, index)
    const there = before.filter((other) => addressOf(other) === addressOf(each))
    const twin = [...there, ...before.filter(({ daemon }) => daemon && each.daemon)].find(
      ({ number }) => number === each.number,
    )
    const other = there.find(({ daemon }) => daemon ?? each.daemon)
    const path = [...node.path, 'accounts', each.account]
    if (twin !== undefined)
      node.report.error(path, {
        problem: `is the same Signal account as "${twin.account}"`,
        fix: 'Give each its own number in "account", or its own daemon in "httpUrl".',
      })
    else if (other !== undefined)
      node.report.error(path, {
        problem: `would have its signal-cli at the address of the one of "${other.account}", ${addressOf(each)}`,
        fix: 'Give one of them another httpPort, such as 8081; or run one daemon for all yourself, and write autoStart: false.',
      })
  }
}

/** One spelling of where a daemon listens. */
const addressOf = ({ httpUrl = '' }: Pick<SignalAccountConfig, 'httpUrl'>): string =>
  httpUrl.replace('//localhost', '//127.0.0.1')
