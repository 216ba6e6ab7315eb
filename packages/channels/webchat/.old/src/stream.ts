import { STREAM_LAG_BYTES } from './limits.ts'

/** One open event stream of a page. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>
  /** Sends one event, or a sign of life. A reader that lags too far is closed. */
  readonly push: (frame: string) => void
  readonly close: () => void
}

/** A server-sent event. `data` is JSON, so it has no line break. */
export function frame(event: string, data: unknown, id?: string): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`
  return `${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

/** Opens a stream; `onClose` is called once, whoever closes it. */
export function eventStream(onClose: () => void): EventStream {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      start: (started) => {
        controller = started
      },
      cancel: () => end('cancelled'),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: STREAM_LAG_BYTES }),
  )
  const end = (how: 'closed' | 'cancelled'): void => {
    if (controller === undefined) return
    const last = controller
    controller = undefined
    if (how === 'closed') last.close()
    onClose()
  }
  return {
    body,
    push: (text) => {
      controller?.enqueue(encoder.encode(text))
      if ((controller?.desiredSize ?? 1) <= 0) end('closed')
    },
    close: () => end('closed'),
  }
}
