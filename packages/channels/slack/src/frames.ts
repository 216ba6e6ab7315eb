import type { SocketModeClient } from '@slack/socket-mode'
import { isRecord, isText, type UnknownRecord } from './json.ts'

/** What the SDK keeps to itself. */
export interface FrameListeners {
  /** The socket may be used; how many of this app are open, by Slack's count. */
  readonly onHello: (connections: number) => void
  readonly onDisconnect: (reason: string) => void
}

/** Names of the SDK's own events: an event of the platform with such a name would be taken for one. */
const RESERVED = new Set([
  ...['authenticated', 'close', 'connected', 'connecting', 'disconnected', 'disconnecting'],
  ...['error', 'outgoing_message', 'reconnecting', 'slack_event', 'ws_message'],
])

/**
 * Stands before the SDK's reading of frames: a frame that is not what it expects would reject unheard there and end the
 * process. Such frames are dropped.
 */
export function watchFrames(client: SocketModeClient, listeners: FrameListeners): void {
  const readers = client.listeners('ws_message')
  client.removeAllListeners('ws_message')
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    const frame = isBinary ? undefined : frameOf(data)
    if (frame === undefined) return
    const { type, num_connections: connections, reason } = frame
    if (type === 'hello') listeners.onHello(typeof connections === 'number' ? connections : 1)
    if (type === 'disconnect') listeners.onDisconnect(isText(reason) ? reason : 'unknown')
    for (const read of readers) {
      Promise.resolve(read(data, isBinary)).catch(() => {})
    }
  })
}

function frameOf(data: unknown): UnknownRecord | undefined {
  try {
    const frame: unknown = JSON.parse(String(data))
    if (!isRecord(frame) || !isText(frame.type)) return undefined
    if (frame.type === 'hello' || frame.type === 'disconnect') return frame
    const name = frame.type === 'events_api' ? eventType(frame.payload) : frame.type
    return name !== undefined && !RESERVED.has(name) ? frame : undefined
  } catch {
    return undefined
  }
}

function eventType(payload: unknown): string | undefined {
  const event = isRecord(payload) ? payload.event : undefined
  return isRecord(event) && isText(event.type) ? event.type : undefined
}
