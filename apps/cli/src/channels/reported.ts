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

/** Reads an answer of `/readyz`; `undefined` for what is none. What another version says differently is left out. */
export function reportedIn(text: string): readonly Reported[] | undefined {
  const channels = record(json(text))['channels']
  return Array.isArray(channels) ? channels.flatMap(reportedOf) : undefined
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
