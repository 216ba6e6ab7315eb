import type { Refusal } from './respond.ts'

/** The request names another host than this server's. */
export const wrongHost: Refusal = {
  status: 421,
  code: 'wrong-host',
  text: 'This chat is not served under that host name.',
}

/** Nothing is served here. */
export const notFound: Refusal = { status: 404, code: 'not-found', text: 'There is nothing here.' }

/** The page of another site tried to write. */
export const crossOrigin: Refusal = {
  status: 403,
  code: 'cross-origin',
  text: 'Messages are taken from the chat page itself only.',
}

/** The body is not JSON. */
export const notJson: Refusal = {
  status: 415,
  code: 'not-json',
  text: 'Send content-type application/json.',
}

/** The body is larger than a message can be. */
export const tooLarge: Refusal = {
  status: 413,
  code: 'too-large',
  text: 'That message is too long.',
}

/** The body has another shape than `{id, text}`. */
export const malformed: Refusal = {
  status: 400,
  code: 'malformed',
  text: 'A message has an id of 8 to 64 characters and a text of 1 to 4000.',
}

/** The request came without the cookie that says who writes. */
export const noIdentity: Refusal = {
  status: 401,
  code: 'no-identity',
  text: 'Your browser did not send the cookie of this chat. Allow cookies for this site, then try again.',
}

/** The visitor or their address writes too much. */
export const tooFast = (retryAfterMs: number): Refusal => ({
  status: 429,
  code: 'too-fast',
  text: 'That was a lot in a short time. Please wait a moment, then try again.',
  retryAfterMs,
})

/** The address has as many requests waiting as one may have. */
export const addressPending = (retryAfterMs: number): Refusal => ({
  status: 429,
  code: 'address-pending',
  text: 'Requests from your network already wait for the owner. Please try again when they are decided.',
  retryAfterMs,
})

/** The address made as many requests as one may in an hour. */
export const addressRequests = (retryAfterMs: number): Refusal => ({
  status: 429,
  code: 'address-requests',
  text: 'There were many requests from your network in the last hour. Please try again later.',
  retryAfterMs,
})

/** More is under way or open than this server takes. */
export const busy: Refusal = {
  status: 503,
  code: 'busy',
  text: 'The chat is busy. Please try again in a moment.',
  retryAfterMs: 5_000,
}

/** The message could not be handled: the gateway stops, or its store cannot answer. */
export const unavailable: Refusal = {
  status: 503,
  code: 'unavailable',
  text: 'The chat cannot take messages right now. Your message was not lost; it is tried again.',
  retryAfterMs: 2_000,
}

/** The path is right, the method is not. */
export const wrongMethod = (allow: string): Refusal => ({
  status: 405,
  code: 'wrong-method',
  text: 'That is not how this address is used.',
  allow,
})
