import { isRecord, isText, type JsonRecord, jsonOf } from '@openclaw/pairing-channel-kit'
import { isSafeGateway } from './api-root.ts'
import { MAX_FRAME_UNITS } from './limits.ts'

/** One event of a session. */
export interface Dispatch {
  readonly t: string
  readonly s: number
  readonly d: JsonRecord
}

/** A frame that means something to us or to the SDK. */
export type Frame =
  | { readonly kind: 'dispatch'; readonly event: Dispatch }
  /** HELLO, and its first heartbeat follows. */
  | { readonly kind: 'hello' }
  /** Discord wants the socket to be opened anew. */
  | { readonly kind: 'reconnect' }
  /** The session is over. */
  | { readonly kind: 'invalid' }
  | { readonly kind: 'other' }

/** A heartbeat outside of this is none that Discord asks for, in ms. */
const BEAT_MS: readonly [least: number, most: number] = [20, 600_000]

interface Fields {
  readonly op?: unknown
  readonly t?: unknown
  readonly s?: unknown
  readonly d?: unknown
}

/** Reads a frame before the SDK does: one that is not what it expects would reject unheard there and end the process. */
export function frameOf(data: unknown, isBinary: boolean): Frame | undefined {
  if (isBinary || typeof data !== 'string' || data.length > MAX_FRAME_UNITS) return undefined
  const frame = jsonOf(data)
  if (!isRecord(frame)) return undefined
  const { op, t, s, d } = frame as Fields
  if (op === 0)
    return isText(t) && isSequence(s) && isRecord(d) && isReadable(t, d)
      ? { kind: 'dispatch', event: { t, s, d } }
      : undefined
  if (op === 10) return isHello(d) ? { kind: 'hello' } : undefined
  if (op === 7) return { kind: 'reconnect' }
  if (op === 9) return typeof d === 'boolean' ? { kind: d ? 'other' : 'invalid' } : undefined
  return op === 1 || op === 11 ? { kind: 'other' } : undefined
}

const isSequence = (s: unknown): s is number => Number.isSafeInteger(s) && Number(s) >= 0

/** A READY has to say which session it is, and where to take it up. */
function isReadable(type: string, data: JsonRecord): boolean {
  if (type !== 'READY') return true
  const { session_id: id, resume_gateway_url: url } = data as ReadyFields
  return isText(id) && isSafeGateway(url)
}

/** What is read of a READY. */
export interface ReadyFields {
  readonly session_id?: unknown
  readonly resume_gateway_url?: unknown
}

function isHello(data: unknown): boolean {
  const { heartbeat_interval: ms } = isRecord(data)
    ? (data as { readonly heartbeat_interval?: unknown })
    : {}
  return typeof ms === 'number' && ms >= BEAT_MS[0] && ms <= BEAT_MS[1]
}
