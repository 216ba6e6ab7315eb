import { randomUUID } from 'node:crypto'

type Json = Record<string, unknown>

/** What a post was answered. */
export interface Answer extends Json {
  readonly status: number
}

/** A browser without a page: a cookie, posts and the event stream, over real HTTP. */
export function visitor(url: string, headers: Record<string, string> = {}) {
  const jar = { cookie: '' }
  const entries: Json[] = []
  const states: Json[] = []
  const open = new Set<AbortController>()

  const post = async (base: string, path: string, body: unknown): Promise<Answer> => {
    const response = await fetch(`${base}/chat${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', cookie: jar.cookie, ...headers },
    })
    jar.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? jar.cookie
    return { ...((await response.json()) as Json), status: response.status }
  }
  return {
    entries,
    states,
    session: async (): Promise<string> => String((await post(url, '/session', {}))['visitor']),
    say: (text: string, { id = randomUUID() as string, base = url } = {}) =>
      post(base, '/messages', { id, text }),
    listen: async (base = url): Promise<void> => {
      const stop = new AbortController()
      const response = await fetch(`${base}/chat/events`, {
        headers: { cookie: jar.cookie, ...headers },
        signal: stop.signal,
      })
      open.add(stop)
      void read(response, (event, data) => {
        if (event === 'entry') entries.push(data)
        if (event === 'state') states.push(data)
      }).finally(() => open.delete(stop))
    },
    texts: () => entries.filter(({ from }) => from === 'bot').map(({ text }) => String(text)),
    cookie: () => jar.cookie,
    state: () => states.at(-1)?.['state'],
    isListening: () => open.size > 0,
    leave: () => {
      for (const stop of open) stop.abort()
    },
  }
}

async function read(
  response: Response,
  onEvent: (event: string, data: Json) => void,
): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const event = /^event: (.+)$/m.exec(frame)?.[1]
        const data = /^data: (.+)$/m.exec(frame)?.[1]
        if (event !== undefined && data !== undefined) onEvent(event, JSON.parse(data) as Json)
      }
    }
  } catch {
    // Left, or cut off.
  }
}
