/** Headers of every answer: nothing is guessed, framed or told to other sites. */
const common: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
}

/** A stable word for what went wrong, and the sentence a visitor reads. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly text: string
  /** How long to wait; told in whole seconds, rounded up. */
  readonly retryAfterMs?: number
  /** The methods that are right, for `allow`. */
  readonly allow?: string
}

/** An answer with the headers that all have. */
export function respond(
  body: string | ReadableStream | null,
  status: number,
  headers: Readonly<Record<string, string>>,
): Response {
  return new Response(body, { status, headers: { ...common, ...headers } })
}

/** A JSON answer that nobody keeps. */
export function respondJson(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return respond(JSON.stringify(body), status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  })
}

/** An answer that says why not, and when to try again. */
export function refuse({ status, code, text, retryAfterMs, allow }: Refusal): Response {
  const retryAfter = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1_000)
  const headers = {
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(allow === undefined ? {} : { allow }),
  }
  return respondJson(
    { code, text, ...(retryAfter === undefined ? {} : { retryAfter }) },
    status,
    headers,
  )
}
