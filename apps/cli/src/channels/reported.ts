/** Who could not be written to lately. */
export interface Unreachable {
  readonly to: string
  readonly senderId: string | undefined
  readonly reason: string
  readonly count: number
  /** Ms since 1970. */
  readonly at: number
}

/** What the gateway says of one account; times in ms since 1970. */
export interface Reported {
  readonly channel: string
  readonly account: string
  readonly state: string
  readonly since: number
  readonly lastMessageAt: number | undefined
  readonly lastError: string | undefined
  readonly lastErrorAt: number | undefined
  readonly webhookPath: string | undefined
  readonly unreachable: readonly Unreachable[]
}

/** What the gateway says of itself. */
export interface Readiness {
  readonly accounts: readonly Reported[]
  /** Why it lets nobody in, such as a database that is away; empty where it can. */
  readonly reasons: readonly string[]
}

/** Reads an answer of `/readyz`; `undefined` for what is none. What another version says differently is left out. */
export function reportedIn(text: string): Readiness | undefined {
  const { channels, reasons } = record(json(text))
  if (!Array.isArray(channels)) return undefined
  const accounts = channels.flatMap(reportedOf)
  // those of an account stand beside it
  const isOfAccount = (reason: string): boolean =>
    accounts.some(({ channel, account }) => reason.startsWith(`${channel} (${account}) is `))
  const words = Array.isArray(reasons) ? reasons.flatMap((each) => word(each) ?? []) : []
  return { accounts, reasons: words.filter((reason) => !isOfAccount(reason)) }
}

function reportedOf(value: unknown): readonly Reported[] {
  const of = record(value)
  const [channel, account, state] = [word(of['channel']), word(of['account']), word(of['state'])]
  if (channel === undefined || account === undefined || state === undefined) return []
  const { since, lastMessageAt, lastErrorAt, lastError, webhookPath, unreachable } = of
  return [
    {
      ...{ channel, account, state, since: moment(since) ?? 0 },
      ...{ lastMessageAt: moment(lastMessageAt), lastErrorAt: moment(lastErrorAt) },
      ...{ lastError: word(lastError), webhookPath: word(webhookPath) },
      unreachable: Array.isArray(unreachable) ? unreachable.flatMap(unreachableOf) : [],
    },
  ]
}

function unreachableOf(value: unknown): readonly Unreachable[] {
  const { to, senderId, reason, count, at } = record(value)
  const [place, when] = [word(to), moment(at)]
  if (place === undefined || when === undefined) return []
  const known = { senderId: word(senderId), reason: word(reason) ?? 'refused' }
  return [{ to: place, ...known, count: moment(count) ?? 1, at: when }]
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const word = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const moment = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 8.64e15
    ? value
    : undefined
