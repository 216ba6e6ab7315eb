/** What the server answers: `{status, message, data}` or `{status, message, error}`. */
export interface Answer {
  readonly status: number
  readonly body: object
}

const TYPES: Readonly<Record<number, string>> = {
  400: 'Validation Error',
  401: 'Authentication Error',
  404: 'Database Error',
  500: 'Server Error',
}

/** A good answer. */
export function success(data: unknown, message = 'Success', metadata?: object): Answer {
  const body = { status: 200, message, data, ...(metadata && { metadata }) }
  return { status: 200, body }
}

/** A bad one; `type` follows from the status unless given. */
export function failure(
  status: number,
  [message, error]: readonly [message: string, error: string],
  more: { readonly type?: string; readonly data?: unknown } = {},
): Answer {
  const { type = TYPES[status] ?? 'Server Error', data } = more
  const body = {
    status,
    message,
    error: { type, message: error },
    ...(data !== undefined && { data }),
  }
  return { status, body }
}

/** A request body that the server does not take. */
export const badRequest = (error: string): Answer =>
  failure(400, ["You've made a bad request! Please check your request params & body", error])

/** A send that failed on the Mac. */
export const sendError = (error: string, data?: unknown): Answer =>
  failure(500, ['Message Send Error', error], {
    type: 'iMessage Error',
    ...(data !== undefined && { data }),
  })
