import {
  type Backoff,
  type Bell,
  type Inbox,
  redactor,
  type StatusBoard,
} from '@openclaw/pairing-channel-kit'
import type { AbortSignalLike, ChannelHost } from '@openclaw/pairing-contracts'
import type { ImsgCommand } from './command.ts'
import type { ImsgTiming } from './limits.ts'
import type { OwnWords } from './own-words.ts'
import type { Mark, Progress } from './progress.ts'
import type { Session } from './session.ts'
import type { ImsgOptions } from './types.ts'

/** What the parts of one connection share. */
export interface Shared {
  readonly options: ImsgOptions
  readonly timing: ImsgTiming
  readonly board: StatusBoard
  readonly ownWords: OwnWords
  readonly redact: (text: string) => string
  /** Rings when `session` changed. */
  readonly ready: Bell
  /** The one that is watched now: sends go through it. */
  session: Session | undefined
  inbox: Inbox | undefined
  stop: AbortSignalLike | undefined
}

/** What stands for people in words of imsg and ssh. */
const PEOPLE = /[^\s@'"<]+@[^\s@'"<>:]+|\+?\d[\d().\s-]{5,}\d/g

/** Makes words of imsg fit for a log. */
export const redactPeople: (text: string) => string = redactor({ secrets: [], pattern: PEOPLE })

/** What receiving works with. */
export interface Living {
  readonly shared: Shared
  readonly host: ChannelHost
  readonly signal: AbortSignalLike
  readonly command: ImsgCommand
  readonly inbox: Inbox
  readonly reading: Reading
  readonly waits: Backoff
}

/** How far this run has read. */
export interface Reading {
  progress: Progress | undefined
  mark: Mark | undefined
  connectedAt: number
}
