import { exchange, type HttpBounds } from '@openclaw/pairing-channel-kit/http'

/** Who is where a daemon listens. */
export type Look =
  | { readonly kind: 'daemon' | 'nobody' }
  | { readonly kind: 'other'; readonly what: string }

/** Asks whether a daemon answers; never rejects. */
export async function look(httpUrl: string, bounds: HttpBounds): Promise<Look> {
  const request = { url: `${httpUrl.replace(/\/+$/, '')}/api/v1/check` }
  const answer = await exchange(request, bounds)
  if (answer.kind !== 'answered')
    return answer.kind === 'lost' ? { kind: 'other', what: 'no answer' } : { kind: 'nobody' }
  if (answer.status === 200)
    return isPage(answer.text) ? { kind: 'other', what: 'a web page' } : { kind: 'daemon' }
  return { kind: 'other', what: `HTTP ${String(answer.status)}` }
}

/** Many a web server answers every path with its start page; signal-cli says nothing but 200. */
const isPage = (text: string): boolean => text.trimStart().startsWith('<')
