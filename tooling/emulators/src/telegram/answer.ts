/** The parameters of a Bot API request, whatever way they came. */
export type Params = Readonly<Record<string, unknown>>

/** What the server answers. */
export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

/** A result. */
export const success = (result: unknown): ApiAnswer => ({ status: 200, body: { ok: true, result } })

/** An error as the Bot API words it. */
export function failure(status: number, description: string, parameters?: object): ApiAnswer {
  return {
    status,
    body: { ok: false, error_code: status, description, ...(parameters && { parameters }) },
  }
}

/** A 400. */
export const badRequest = (problem: string): ApiAnswer => failure(400, `Bad Request: ${problem}`)

/** A 429. */
export const rateLimited = (seconds: number): ApiAnswer =>
  failure(429, `Too Many Requests: retry after ${String(seconds)}`, { retry_after: seconds })
