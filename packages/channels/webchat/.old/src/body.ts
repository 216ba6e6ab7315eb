import * as z from 'zod'
import { isSameOrigin } from './hosts.ts'
import { MAX_BODY_BYTES, MAX_TEXT } from './limits.ts'
import { crossOrigin, malformed, notJson, tooLarge } from './refusals.ts'
import type { Refusal } from './respond.ts'

/** What the page posts. */
export interface PostedMessage {
  readonly id: string
  readonly text: string
}

const posted = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  text: z.string().max(MAX_TEXT).regex(/\S/),
})

/** Why a request that changes something is not taken at all; `undefined` when it may be read. */
export function refusalOfWrite(request: Request): Refusal | undefined {
  if (!isSameOrigin(request)) return crossOrigin
  // A form of another site can post text, but not JSON, without asking first.
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') return notJson
  return Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES ? tooLarge : undefined
}

/** Reads a message from a request's body, never more than {@link MAX_BODY_BYTES}. */
export async function readMessage(request: Request): Promise<PostedMessage | Refusal> {
  const text = await readBounded(request)
  if (text === undefined) return tooLarge
  const result = posted.safeParse(parseJson(text))
  return result.success ? result.data : malformed
}

async function readBounded(request: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return new TextDecoder().decode(whole)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
