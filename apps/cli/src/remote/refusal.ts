/** What a gateway said when it refused. Text of another machine: `safe` on its way to a terminal. */
export interface Refusal {
  readonly detailCode: string | undefined
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
  readonly retryAfterMs: number | undefined
  /** The request that an owner has to decide. */
  readonly requestId: string | undefined
  /** What the client library makes of it, also where there is no code. */
  readonly action: string
}

interface Refused {
  readonly code: string
  readonly message: string
  readonly detailCode?: string
  readonly details?: unknown
  readonly advice: {
    readonly action: string
    readonly retryAfterMs?: number
    readonly requestId?: string
  }
}

/** Takes the refusal of a gateway out of an error; `undefined` for any other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  // Known by its code: the client is a bundle with classes of its own.
  const isRefused = error instanceof Error && 'code' in error && error.code === REFUSED
  if (!isRefused) return undefined
  const { message, detailCode, details, advice } = error as Error & Refused
  return {
    detailCode,
    message: message.replace(/^the gateway refused: /, ''),
    details: typeof details === 'object' && details !== null ? { ...details } : {},
    retryAfterMs: advice.retryAfterMs,
    requestId: advice.requestId,
    action: advice.action,
  }
}

const REFUSED = 'ERR_GATEWAY_REFUSED'

/** A detail that is text. */
export function textOf(details: Refusal['details'], name: string): string | undefined {
  const value = details[name]
  return typeof value === 'string' ? value : undefined
}

/** A detail that is a list of texts. */
export function textsOf(details: Refusal['details'], name: string): readonly string[] {
  const value = details[name]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
