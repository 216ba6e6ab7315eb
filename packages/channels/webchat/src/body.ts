import * as z from 'zod'
import { isSameOrigin } from './hosts.ts'
import { BODY_MS, MAX_BODY_BYTES, MAX_TEXT } from './limits.ts'
import { crossOrigin, cutOff, malformed, notJson, tooLarge, tooSlow } from './refusals.ts'
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

/** Reads a message from a request's body, never more than {@link MAX_BODY_BYTES} nor longer than {@link BODY_MS}. */
export async function readMessage(request: Request): Promise<PostedMessage | Refusal> {
  const body = await readBounded(request.body)
  if (!(body instanceof Uint8Array)) return body
  const result = posted.safeParse(parseJson(new TextDecoder().decode(body)))
  return result.success ? result.data : malformed
}

async function readBounded(body: Request['body']): Promise<Uint8Array | Refusal> {
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Refusal>((resolve) => {
    timer = setTimeout(resolve, BODY_MS, tooSlow)
  })
  // A body that breaks off is its sender's doing, and no fault of ours.
  const whole = collect(() => reader.read()).catch(() => cutOff)
  const read = await Promise.race([whole, late])
  clearTimeout(timer)
  if (!(read instanceof Uint8Array)) reader.cancel().catch(() => {})
  return read
}

type Read = () => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>

async function collect(read: Read): Promise<Uint8Array | Refusal> {
  const whole = new Uint8Array(MAX_BODY_BYTES)
  let bytes = 0
  for (;;) {
    const { done, value } = await read()
    if (done || value === undefined) return whole.subarray(0, bytes)
    if (bytes + value.byteLength > MAX_BODY_BYTES) return tooLarge
    whole.set(value, bytes)
    bytes += value.byteLength
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
