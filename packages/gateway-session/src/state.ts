/**
 * Where a connection is in its life.
 *
 * ```
 * challenge ──connect──▶ connecting ──admit──▶ ready ──end──▶ closing
 *     │                      │                   │               │
 *     └──────refuse──────────┴──▶ refused        │               │
 *                                    └────gone───┴─────gone──────┴──▶ closed   (gone: from anywhere)
 * ```
 */
export type ConnectionState =
  /** The challenge was sent; nothing but `connect` may come. */
  | 'challenge'
  /** A `connect` is being decided. */
  | 'connecting'
  /** hello-ok was sent. */
  | 'ready'
  /** Never admitted; what there is to say was said, the socket closes. */
  | 'refused'
  /** Was admitted; ended by the gateway, the socket closes. */
  | 'closing'
  /** The socket is gone. */
  | 'closed'

/** What happens to a connection. */
export type Move = 'connect' | 'admit' | 'refuse' | 'end' | 'gone'

/** Every move that there is; all others change nothing. */
export const TRANSITIONS: Readonly<
  Record<ConnectionState, Readonly<Partial<Record<Move, ConnectionState>>>>
> = {
  challenge: { connect: 'connecting', refuse: 'refused', gone: 'closed' },
  connecting: { admit: 'ready', refuse: 'refused', gone: 'closed' },
  ready: { end: 'closing', gone: 'closed' },
  refused: { gone: 'closed' },
  closing: { gone: 'closed' },
  closed: {},
}

/** Where a move leads; `undefined` when it is none of this state. */
export function next(state: ConnectionState, move: Move): ConnectionState | undefined {
  return TRANSITIONS[state][move]
}

/** True while something may be sent. */
export function isOpen(state: ConnectionState): boolean {
  return state === 'challenge' || state === 'connecting' || state === 'ready'
}
