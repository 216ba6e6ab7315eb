import type { AgentAnswer } from '@openclaw/pairing-contracts'
import { MAX_ANSWER_BYTES, MAX_REPLY_CHARACTERS } from './limits.ts'

/**
 * What the body of a 2xx answer says: `{"reply": "text"}` or plain text is the reply, an empty body or JSON
 * without `reply` is silence.
 */
export async function answerOf(response: Response): Promise<AgentAnswer> {
  const text = await readBounded(response)
  if (text === undefined) return failed(`its answer is longer than ${MAX_ANSWER_BYTES} bytes`)
  if (text.trim() === '') return { outcome: 'accepted' }
  const type = response.headers.get('content-type') ?? ''
  if (/^text\/plain\b/i.test(type)) return reply(text)
  if (!/\bjson\b/i.test(type)) return { outcome: 'accepted' }
  try {
    const body: unknown = JSON.parse(text)
    const said = typeof body === 'object' && body !== null && 'reply' in body ? body.reply : ''
    return typeof said === 'string' ? reply(said) : failed('"reply" in its answer is not a text')
  } catch {
    return failed('its answer is not the JSON that it claims to be')
  }
}

function reply(text: string): AgentAnswer {
  // Through bytes: a cut must not leave half a surrogate pair.
  const bounded = Buffer.from(text.slice(0, MAX_REPLY_CHARACTERS)).toString('utf8')
  return bounded.trim() === '' ? { outcome: 'accepted' } : { outcome: 'answered', text: bounded }
}

function failed(reason: string): AgentAnswer {
  return { outcome: 'failed', reason: `the agent took the message, but ${reason}` }
}

async function readBounded(response: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.byteLength
    if (length > MAX_ANSWER_BYTES) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
