import { exchange, type HttpBounds } from '@openclaw/pairing-channel-kit/http'
import { otherUserAt } from './listener.ts'

/** Who is where a daemon listens. */
export type Look =
  | { readonly kind: 'daemon' | 'nobody' }
  | { readonly kind: 'other'; readonly what: string }
  /** Like a daemon, and run by another user of this machine. */
  | { readonly kind: 'foreign'; readonly uid: number }

/** Asks whether a daemon answers; never rejects. */
export async function look(httpUrl: string, bounds: HttpBounds): Promise<Look> {
  const request = { url: `${httpUrl.replace(/\/+$/, '')}/api/v1/check` }
  const answer = await exchange(request, bounds)
  if (answer.kind !== 'answered')
    return answer.kind === 'lost' ? { kind: 'other', what: 'no answer' } : { kind: 'nobody' }
  if (answer.status === 200) {
    if (isPage(answer.text)) return { kind: 'other', what: 'a web page' }
    const uid = await otherUserAt(httpUrl)
    return uid === undefined ? { kind: 'daemon' } : { kind: 'foreign', uid }
  }
  return { kind: 'other', what: `HTTP ${String(answer.status)}` }
}

/** Many a web server answers every path with its start page; signal-cli says nothing but 200. */
const isPage = (text: string): boolean => text.trimStart().startsWith('<')
