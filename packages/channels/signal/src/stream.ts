import type { IncomingMessage } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { jsonOf } from '@openclaw/pairing-channel-kit'
import { type HttpBounds, open, restOf } from '@openclaw/pairing-channel-kit/http'
import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import { createParser } from 'eventsource-parser'
import { isEventId } from './json.ts'
import { MAX_EVENT_UNITS } from './limits.ts'

/** One event of the daemon. */
export interface StreamEvent {
  /** Newer daemons number their events; `undefined` where there is none. */
  readonly id: string | undefined
  readonly data: unknown
}

/** What a stream tells. */
export interface StreamListener {
  readonly onOpen: () => void
  /** The stream is not read further while what this gives is pending. */
  readonly onEvent: (event: StreamEvent) => Promise<void> | undefined
  /** An event was left out: it is longer than any message. */
  readonly onTooLong: () => void
}

/** How a stream ended. `status` of an answer that is no stream of events. */
export type StreamEnd =
  | { readonly kind: 'unreachable' | 'lost'; readonly reason: string }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }

/** Which stream, and after which event it goes on. */
export interface StreamRequest {
  readonly url: string
  readonly lastEventId: string | undefined
}

/** Times of a stream, in ms. */
export interface StreamBounds {
  readonly silentMs: number
  readonly stop: AbortSignalLike
}

/** Reads the stream until it ends, is silent for too long, or `stop` aborts. Never rejects. */
export async function follow(
  { url, lastEventId }: StreamRequest,
  { silentMs, stop }: StreamBounds,
  listener: StreamListener,
): Promise<StreamEnd> {
  // Daemons that keep events take a number they do not know for "everything that you have".
  const headers = { accept: 'text/event-stream', 'last-event-id': lastEventId ?? '0' }
  const bounds: HttpBounds = { ms: silentMs, stop }
  const opened = await open({ url, headers }, bounds)
  if (opened.kind !== 'answered') return opened
  const { answer } = opened
  const isStream = /^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '')
  if (answer.statusCode !== 200 || !isStream) return refusal(answer, bounds)
  listener.onOpen()
  return read(answer, { silentMs, stop }, listener)
}

async function refusal(answer: IncomingMessage, bounds: HttpBounds): Promise<StreamEnd> {
  const status = answer.statusCode ?? 0
  const text = status === 200 ? '' : await restOf(answer, bounds)
  return { kind: 'refused', status, reason: text ?? '' }
}

async function read(
  answer: IncomingMessage,
  { silentMs, stop }: StreamBounds,
  { onEvent, onTooLong }: StreamListener,
): Promise<StreamEnd> {
  const events: StreamEvent[] = []
  const feed = eventReader(events, onTooLong)
  const silence = deadline(silentMs, () => answer.destroy(new Error('silent')))
  const end = (): void => void answer.destroy()
  stop.addEventListener('abort', end)
  if (stop.aborted) end()
  answer.setEncoding('utf8')
  try {
    for await (const part of answer as AsyncIterable<string>) {
      silence.pause()
      feed(part)
      for (const event of events.splice(0)) {
        if (stop.aborted) break
        await onEvent(event)
      }
      // While more lies ready there is no other turn: timers, sockets and other channels would stand still.
      await nextTurn()
      silence.restart()
    }
    return { kind: 'lost', reason: 'the stream of events ended' }
  } catch (error) {
    return { kind: 'lost', reason: reasonOf(error) }
  } finally {
    silence.pause()
    stop.removeEventListener('abort', end)
    answer.destroy()
  }
}

/** Puts the events of the text it is fed into a list. */
function eventReader(events: StreamEvent[], onTooLong: () => void): (part: string) => void {
  let skips = false
  const parser = createParser({
    maxBufferSize: MAX_EVENT_UNITS,
    onEvent: ({ id, event, data }) => {
      if (event !== undefined && event !== 'receive') return
      events.push({ id: isEventId(id) ? id : undefined, data: jsonOf(data) })
    },
    onError: ({ type }) => {
      if (type !== 'max-buffer-size-exceeded') return
      skips = true
      onTooLong()
    },
  })
  return (part) => {
    // Read on behind its line: what stands in the middle of a message must not be taken for an event.
    const from = skips ? part.indexOf('\n') + 1 : 0
    if (skips && from === 0) return
    if (skips) parser.reset()
    skips = false
    parser.feed(part.slice(from))
  }
}

function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  if (message === 'silent') return 'nothing came for too long'
  return `the stream of events broke (${code ?? 'failed'})`
}

interface Deadline {
  readonly pause: () => void
  readonly restart: () => void
}

/** Nothing else notices a peer that is gone without a word. */
function deadline(ms: number, onOver: () => void): Deadline {
  let timer: ReturnType<typeof setTimeout> | undefined
  const pause = (): void => clearTimeout(timer)
  const restart = (): void => {
    pause()
    timer = setTimeout(onOver, ms)
  }
  restart()
  return { pause, restart }
}
