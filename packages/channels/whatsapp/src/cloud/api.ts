import { exchange } from '@openclaw/pairing-channel-kit/http'
import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import { isRecord, isText, listOf } from '../json.ts'
import { type Answer, readAnswer } from './failure.ts'

/** The number as Meta shows it to people. */
export interface CloudNumber {
  readonly displayPhoneNumber: string
  readonly verifiedName: string
}

/** The two calls of the Graph API that this channel makes; each bounded in time, none rejects. */
export interface GraphApi {
  /** The number's own facts: what shows that the token works. */
  readonly number: (stop: AbortSignalLike) => Promise<Answer<CloudNumber>>
  /** Sends; Meta's id of the message, a `wamid`. */
  readonly send: (body: object) => Promise<Answer<string>>
}

/** What {@link graphApi} works with. */
export interface GraphApiOptions {
  /** With the version, without a slash at the end. */
  readonly root: string
  readonly phoneNumberId: string
  readonly accessToken: string
  readonly requestMs: number
  readonly redact: (text: string) => string
}

/** Each request opens a connection of its own, so that the fate of a text is known as often as can be. */
export function graphApi(options: GraphApiOptions): GraphApi {
  const { root, phoneNumberId, accessToken, requestMs, redact } = options
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
  const place = `${root}/${phoneNumberId}`
  return {
    number: async (stop) => {
      const url = `${place}?fields=display_phone_number,verified_name`
      const answer = await exchange({ url, headers }, { ms: requestMs, stop })
      return readAnswer(answer, (json) => numberIn(json, phoneNumberId), redact)
    },
    send: async (body) => {
      const request = { url: `${place}/messages`, headers, body: JSON.stringify(body) }
      return readAnswer(await exchange(request, { ms: requestMs }), messageIn, redact)
    },
  }
}

function numberIn(json: unknown, phoneNumberId: string): CloudNumber | undefined {
  if (!isRecord(json) || json.id !== phoneNumberId) return undefined
  const { display_phone_number: number, verified_name: name } = json
  return {
    displayPhoneNumber: isText(number) ? number : '',
    verifiedName: isText(name) ? name : '',
  }
}

function messageIn(json: unknown): string | undefined {
  const [message] = listOf(isRecord(json) ? json.messages : undefined)
  return isRecord(message) && isText(message.id) ? message.id : undefined
}
