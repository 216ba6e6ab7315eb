import type { Clock } from '@openclaw/pairing-contracts'
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

/** A state as the page gets it. */
export type ShownState = Readonly<Record<string, unknown>>

/**
 * Makes states what the page gets: with the time left instead of a time of day, because clocks differ, and numbered,
 * because an answer and an event that left one after the other may arrive the other way round.
 */
export function stateShower(clock: Clock, run: string): (state: VisitorState) => ShownState {
  let number = 0
  return (state) => {
    number += 1
    const order = { run, number }
    if (state.state !== 'pending') return { state: state.state, order }
    const { expiresAt, ...rest } = state
    return { ...rest, remainingMs: Math.max(0, expiresAt - clock.now()), order }
  }
}
