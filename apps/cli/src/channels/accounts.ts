import {
  type AccountConfig,
  type Config,
  isConnectable,
  missingToConnect,
} from '@openclaw/pairing-config'
import type { DmPolicyName, ReplyMode } from '@openclaw/pairing-contracts'
import type { Reported, Unreachable } from './reported.ts'

/** One account, as it is configured and as the gateway says it is doing. */
export interface ShownAccount {
  readonly channel: string
  readonly account: string
  /**
   * What the gateway says (`connected`, `waiting`, `starting`, `failed`, `stopped`); `unknown`: nobody can say; `off`:
   * switched off; `unsupported`: this release has no adapter; `absent`: the gateway has no connection for it.
   */
  readonly state: string
  readonly since: number | undefined
  readonly lastMessageAt: number | undefined
  readonly lastError: string | undefined
  readonly lastErrorAt: number | undefined
  /** What to do, where the gateway does not say it. */
  readonly fix: string | undefined
  /** `undefined` where it is not configured any more. */
  readonly policy: DmPolicyName | undefined
  readonly reply: ReplyMode | undefined
  readonly transport: string | undefined
  readonly webhookPath: string | undefined
  readonly unreachable: readonly Unreachable[]
}

/** Every configured account, and those that the gateway still has: what it says outranks what is configured. */
export function shownAccounts(
  config: Config,
  reports: readonly Reported[] | undefined,
): readonly ShownAccount[] {
  const { accounts } = config
  const configured = accounts.map((account) => shown(config, account, reports))
  const gone = (reports ?? []).filter(
    (report) => !accounts.some((account) => isSame(account, report)),
  )
  return [...configured, ...gone.map((report) => ({ ...NOT_CONFIGURED, ...report }))]
}

const isSame = (one: Place, other: Place): boolean =>
  one.channel === other.channel && one.account === other.account

type Place = Pick<Reported, 'channel' | 'account'>

const NOT_CONFIGURED = {
  fix: 'it is not configured any more, and ends when the gateway is started again',
  ...{ policy: undefined, reply: undefined, transport: undefined },
} as const

const SILENT = {
  ...{ since: undefined, lastMessageAt: undefined, lastError: undefined, lastErrorAt: undefined },
  ...{ webhookPath: undefined, unreachable: [] },
} as const

function shown(
  config: Config,
  account: AccountConfig,
  reports: readonly Reported[] | undefined,
): ShownAccount {
  const { channel, policy } = account
  const report = reports?.find((each) => isSame(account, each))
  return {
    ...SILENT,
    ...(report ?? withoutReport(account, reports)),
    ...{ channel, account: account.account },
    fix: report ? undefined : fixOf(config, account, reports),
    ...{ policy: policy.policy, reply: policy.replyMode, transport: transportOf(account) },
    webhookPath: report?.webhookPath ?? text(account, 'webhookPath'),
  }
}

function withoutReport(
  { channel, enabled }: AccountConfig,
  reports: readonly Reported[] | undefined,
): Pick<ShownAccount, 'state'> {
  if (!enabled) return { state: 'off' }
  if (!isConnectable(channel)) return { state: 'unsupported' }
  return { state: reports === undefined ? 'unknown' : 'absent' }
}

function fixOf(
  config: Config,
  account: AccountConfig,
  reports: readonly Reported[] | undefined,
): string | undefined {
  const { state } = withoutReport(account, reports)
  if (state !== 'absent') return undefined
  return missingToConnect(config, account) ?? LATER
}

const LATER =
  'the gateway was started without it, or without the token that this terminal has; start it again'

const TRANSPORTS: Readonly<Record<string, string>> = {
  telegram: 'long polling',
  signal: 'signal-cli daemon',
  discord: 'gateway socket',
  webchat: 'built in',
}

/** The way that is configured where there are several; else the only one. */
function transportOf(account: AccountConfig): string | undefined {
  const named = text(account, 'transport') ?? text(account, 'mode') ?? TRANSPORTS[account.channel]
  return named ?? ['bluebubbles', 'imsg'].find((way) => has(account, way))
}

/** What only some channels have. */
function text(account: AccountConfig, key: string): string | undefined {
  const value = written(account, key)
  return typeof value === 'string' ? value : undefined
}

const has = (account: AccountConfig, key: string): boolean => written(account, key) !== undefined

const written = (account: AccountConfig, key: string): unknown =>
  (account as unknown as Readonly<Record<string, unknown>>)[key]
