import { randomUUID } from 'node:crypto'
import type { SenderId } from '@openclaw/pairing-contracts'

/** One event of the stream, decoded. */
export interface StreamEvent {
  readonly event: string
  readonly id: string
  readonly data: Record<string, unknown>
}

/** What a post was answered. */
export interface Answer {
  readonly status: number
  readonly [key: string]: unknown
}

/** A browser without a page: a cookie jar, posts and the event stream, over real HTTP. */
export function visitor(origin: string, headers: Record<string, string> = {}) {
  let cookie: string | undefined
  const events: StreamEvent[] = []
  const open = new Set<AbortController>()

  const call = async (path: string, body?: unknown, extra: Record<string, string> = {}) => {
    const response = await fetch(`${origin}/chat${path}`, {
      ...(body === undefined
        ? {}
        : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie === undefined ? {} : { cookie }),
        ...headers,
        ...extra,
      },
    })
    const set = response.headers.get('set-cookie')
    if (set !== null) cookie = set.split(';')[0]
    return response
  }
  const listen = async (after = ''): Promise<number> => {
    const stop = new AbortController()
    const response = await fetch(`${origin}/chat/events`, {
      signal: stop.signal,
      headers: { ...headers, ...(cookie === undefined ? {} : { cookie }), 'last-event-id': after },
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      return response.status
    }
    open.add(stop)
    void read(response, (event) => events.push(event)).finally(() => open.delete(stop))
    return 200
  }
  return {
    events,
    call,
    listen,
    session: async (): Promise<SenderId> =>
      ((await (await call('/session', {})).json()) as { visitor: SenderId }).visitor,
    say: async (text: string, id: string = randomUUID()): Promise<Answer> => {
      const response = await call('/messages', { id, text })
      return { status: response.status, ...((await response.json()) as Record<string, unknown>) }
    },
    texts: () =>
      events.filter(({ event }) => event === 'entry').map(({ data }) => String(data['text'])),
    states: () =>
      events.filter(({ event }) => event === 'state').map(({ data }) => String(data['state'])),
    isListening: () => open.size > 0,
    cookie: () => cookie,
    clearCookie: () => {
      cookie = undefined
    },
    leave: () => {
      for (const stop of open) stop.abort()
    },
  }
}

async function read(response: Response, onEvent: (event: StreamEvent) => void): Promise<void> {
  let text = ''
  const decoder = new TextDecoder()
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const event = parse(frame)
        if (event !== undefined) onEvent(event)
      }
    }
  } catch {
    // Cut off or left: both are ends.
  }
}

function parse(frame: string): StreamEvent | undefined {
  const fields = new Map(
    frame.split('\n').map((line): [string, string] => {
      const at = line.indexOf(': ')
      return [line.slice(0, at), line.slice(at + 2)]
    }),
  )
  const [event, data] = [fields.get('event'), fields.get('data')]
  if (event === undefined || data === undefined) return undefined
  return { event, id: fields.get('id') ?? '', data: JSON.parse(data) as Record<string, unknown> }
}

/** Waits until `check` holds; fails after `ms`. */
export async function until(check: () => boolean, ms = 20_000): Promise<void> {
  const end = performance.now() + ms
  while (!check()) {
    if (performance.now() > end) throw new Error(`not within ${String(ms)} ms: ${check.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
