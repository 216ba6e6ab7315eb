import type { Json } from '@openclaw/pairing-contracts'

/** What a transaction read: one record, or all below a prefix. */
export type Read =
  | { readonly collection: string; readonly key: string; readonly value: Json | null }
  | {
      readonly collection: string
      readonly prefix: string
      readonly entries: readonly (readonly [key: string, value: Json])[]
    }

/** What it planned; `null` takes the record out. */
export interface Write {
  readonly collection: string
  readonly key: string
  readonly value: Json | null
}

/** One run of a transaction's `work`; the journal's entry names the run that landed. */
export interface Ran {
  readonly k: 'ran'
  readonly op: string
  readonly run: number
  readonly now: number
  readonly reads: readonly Read[]
  readonly writes: readonly Write[]
}

/** What views showed at one moment. */
export interface Viewed {
  readonly k: 'view'
  /** Before and after they were asked. */
  readonly from: number
  readonly to: number
  readonly seq: number
  readonly seen: Readonly<Record<string, Readonly<Record<string, Json>>>>
}

/**
 * A line of what a replica lived through. All stamps are ms of the machine's clock that only goes forward, which all
 * processes share. A line is with the system before anything goes on: a killed process loses none.
 */
export type Line =
  | { readonly k: 'open'; readonly at: number; readonly deaf: boolean }
  | { readonly k: 'invoke'; readonly op: string; readonly action: string; readonly at: number }
  | Ran
  | { readonly k: 'ok'; readonly op: string; readonly at: number }
  | { readonly k: 'failed'; readonly op: string; readonly at: number; readonly code: string }
  | Viewed
  | { readonly k: 'blind'; readonly from: number; readonly to: number; readonly code: string }
  | {
      readonly k: 'clock'
      readonly from: number
      readonly to: number
      readonly now: number
      readonly error: number
    }
  | {
      readonly k: 'lease'
      readonly epoch: number
      /** `held`: it said so when it was asked after `at` · `taken`: it had been given by `at` */
      readonly what: 'taken' | 'held'
      readonly at: number
    }
  | { readonly k: 'change'; readonly seq: number; readonly op: string }
  | { readonly k: 'end'; readonly at: number; readonly state: string; readonly seq: number }

/** What one process wrote down, of its opening to its end or its death. */
export interface History {
  /** The replica and how often it was started: `b2`. */
  readonly name: string
  readonly replica: string
  readonly lines: readonly Line[]
}

/** Something that was done to a replica's connections or process, or to the server. */
export interface Fault {
  readonly kind: FaultKind
  /** A replica, or `server`. */
  readonly target: string
  readonly from: number
  /** When it was over. */
  readonly to: number
}

/** See `nemesis.ts`. */
export type FaultKind =
  | 'kill'
  | 'stop'
  | 'kill-server'
  | 'pause'
  | 'reset'
  | 'refuse'
  | 'cut-before'
  | 'cut-after'
  | 'clock'

/** An entry of the journal at the end. */
export interface Landed {
  readonly seq: number
  readonly time: number
  readonly op: string | undefined
  readonly run: number | undefined
  readonly changes: readonly Write[]
}

/** A connection of the harness that asked for nothing, which tells when the server was not given the processor. */
export interface Ping {
  readonly from: number
  readonly to: number
}

/** All that is known of a run. */
export interface Run {
  readonly histories: readonly History[]
  readonly faults: readonly Fault[]
  readonly pings: readonly Ping[]
  readonly journal: readonly Landed[]
  /** The rows at the end, as collection → key → value. */
  readonly rows: Readonly<Record<string, Readonly<Record<string, Json>>>>
  /** What the store's own check of chains and rows found. */
  readonly findings: readonly string[]
  /** The time of day at the database minus the clock that only goes forward, in ms. */
  readonly offset: number
}

/** Something that must not be. */
export interface Anomaly {
  readonly rule: string
  readonly what: string
  /** The operations that it is about, for whoever reads their lines. */
  readonly ops: readonly string[]
}

/** The machine's clock that only goes forward, in ms; the same for all processes. */
export function stamp(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000 + nanoseconds / 1_000_000
}

/** Places under the cap. */
export const CAP = 3
