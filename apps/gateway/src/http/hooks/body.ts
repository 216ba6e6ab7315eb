import { HOOK_BODY_MS, HOOK_BYTES } from '../../limits.ts'
import type { HookPlace } from './places.ts'

/** Why a body was not taken, as the HTTP status that says so; `cut`: it had to make way. */
export type NoBody = 400 | 408 | 413 | 'cut'

/** True where the headers alone say that it is too long. */
export function isTooLong(headers: Headers): boolean {
  return Number(headers.get('content-length') ?? 0) > HOOK_BYTES
}

/** Reads the raw bytes, never more than {@link HOOK_BYTES} nor for longer than {@link HOOK_BODY_MS}; never rejects. */
export async function readHookBody(
  body: Request['body'],
  { cut, holds }: Pick<HookPlace, 'cut' | 'holds'>,
): Promise<Uint8Array | NoBody> {
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<NoBody>((resolve) => {
    timer = setTimeout(resolve, HOOK_BODY_MS, 408)
  })
  // A body that breaks off is its sender's doing, and no fault of ours.
  const whole = collect(() => reader.read(), holds).catch((): NoBody => 400)
  const read = await Promise.race([whole, late, cut.then((): NoBody => 'cut')])
  clearTimeout(timer)
  if (!(read instanceof Uint8Array)) reader.cancel().catch(() => {})
  return read
}

type Read = () => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>

async function collect(read: Read, holds: HookPlace['holds']): Promise<Uint8Array | NoBody> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for (;;) {
    const { done, value } = await read()
    if (done || value === undefined) return Buffer.concat(parts)
    bytes += value.byteLength
    if (bytes > HOOK_BYTES) return 413
    if (!holds(value.byteLength)) return 'cut'
    parts.push(value)
  }
}
