const mount = document.body.dataset.mount

/** How long to wait before each further try, in ms. */
export const RETRY_MS = [1000, 2000, 4000, 8000, 15000]

/** Asks the server; a body makes it a POST. Rejects only when the server cannot be reached. */
export async function request(path, body) {
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
  const response = await fetch(mount + path, {
    credentials: 'same-origin',
    ...(body === undefined ? {} : post),
  })
  const answer = await response.json().catch(() => ({}))
  return { ...answer, ok: response.ok, status: response.status }
}

/** Opens the stream of events after the one with id `after`. */
export const openEvents = (after) =>
  new EventSource(`${mount}/events?after=${encodeURIComponent(after)}`)

/** Waits. */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
