import type { FrameEmitter, Listener } from './port.ts'

/**
 * Puts a net under the library's own listeners: what one throws, or its promise rejects with, goes to `fallen`; without
 * it, a frame that the library does not expect would end the process.
 */
export function guard(emitter: FrameEmitter, fallen: (error: unknown) => void): void {
  const { eventNames, rawListeners, removeAllListeners } = emitter
  if (!eventNames || !rawListeners || !removeAllListeners) return
  for (const name of eventNames.call(emitter)) {
    const listeners = rawListeners.call(emitter, name)
    removeAllListeners.call(emitter, name)
    for (const listener of listeners) {
      if (isListener(listener)) emitter.on(name, contained(listener.bind(emitter), fallen))
    }
  }
}

/** A listener that neither throws nor leaves a rejection behind. */
export function contained(listener: Listener, fallen: (error: unknown) => void): Listener {
  return (...data) => {
    try {
      const result = listener(...data)
      if (result instanceof Promise) result.catch(fallen)
    } catch (error) {
      fallen(error)
    }
  }
}

const isListener = (value: unknown): value is Listener => typeof value === 'function'
