import type { Socket } from 'node:net'
import { ANSWERING_PER_ADDRESS, CONNECTIONS_PER_ADDRESS, SILENT_GRACE_MS } from '../limits.ts'

/** The connections of one customer. */
export interface Places {
  /** False when there is no place, and none can be made. */
  readonly enter: (socket: Socket) => boolean
  /** It is being answered. */
  readonly answering: (socket: Socket) => void
  /** Somebody else looks after it; it is not cut to make room. */
  readonly taken: (socket: Socket) => void
  /** Nothing is under way on it: it makes way for others. */
  readonly silent: (socket: Socket) => void
  readonly leave: (socket: Socket) => void
  readonly isEmpty: () => boolean
}

/** Nobody yet. Silent connections make way for new ones, those first that have been silent for longest, so they keep nobody out. */
export function places(now: () => number): Places {
  const silent = new Map<Socket, number>()
  const answering = new Set<Socket>()
  const taken = new Set<Socket>()
  const all = [silent, answering, taken] as const
  const leave = (socket: Socket): void => {
    for (const each of all) each.delete(socket)
  }
  const cut = (socket: Socket | undefined): void => {
    if (socket === undefined) return
    leave(socket)
    socket.destroy()
  }
  return {
    enter: (socket) => {
      const count = silent.size + answering.size + taken.size
      if (count >= CONNECTIONS_PER_ADDRESS) {
        const [oldest, since = 0] = first(silent) ?? []
        // Whoever has just come may be about to speak: a crowd must not push out itself.
        if (oldest === undefined || now() - since < SILENT_GRACE_MS) return false
        cut(oldest)
      }
      silent.set(socket, now())
      return true
    },
    answering: (socket) => {
      if (!silent.delete(socket)) return
      if (answering.size >= ANSWERING_PER_ADDRESS) cut(first(answering))
      answering.add(socket)
    },
    taken: (socket) => {
      leave(socket)
      taken.add(socket)
    },
    silent: (socket) => {
      if (!answering.delete(socket) && !taken.delete(socket)) return
      silent.set(socket, now())
    },
    leave,
    isEmpty: () => all.every(({ size }) => size === 0),
  }
}

function first<T>(all: Iterable<T>): T | undefined {
  for (const each of all) return each
  return undefined
}
