import { type Ring, ring } from './ring.ts'
import type { EventStream } from './stream.ts'
import type { VisitorState } from './types.ts'

/** What is in memory of one visitor. */
export interface Visitor {
  readonly ring: Ring
  readonly streams: Set<EventStream>
  lastUsedAt: number
  /** The state that their open pages show, as text to compare. */
  shown: string | undefined
}

/** A visitor of whom nothing is known. */
export function newVisitor(): Visitor {
  return { ring: ring(), streams: new Set(), lastUsedAt: 0, shown: undefined }
}

/** Sends one frame to every open page of a visitor. */
export function push({ streams }: Visitor, text: string): void {
  for (const stream of streams) stream.push(text)
}

/** A state as the page gets it: time left instead of a time of day, because clocks differ. */
export function stateFor(state: VisitorState, now: number): Readonly<Record<string, unknown>> {
  if (state.state !== 'pending') return { state: state.state }
  const { expiresAt, ...rest } = state
  return { ...rest, remainingMs: Math.max(0, expiresAt - now) }
}
