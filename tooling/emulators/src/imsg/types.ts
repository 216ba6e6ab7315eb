import type { ImsgFault } from './faults.ts'
import type { ImsgMessage, ImsgPerson } from './people.ts'

/** How to start an emulator. */
export interface ImsgEmulatorOptions {
  /** The Mac's clock, in ms since 1970; this machine's unless given. */
  readonly now?: () => number
}

/** A text that was sent and Messages took. */
export interface ImsgSent {
  /** The handle, where one was named. */
  readonly to?: string
  /** The guid of the chat that it went to. */
  readonly chatGuid: string
  readonly text: string
  /** Everything that `send` was called with. */
  readonly params: Readonly<Record<string, unknown>>
  readonly guid: string
}

/** One request. */
export interface ImsgCall {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** A child that runs, or ran. */
export interface ImsgChild {
  readonly pid: number
  /** What was started: `imsg`, or `ssh`. */
  readonly name: string
  readonly args: readonly string[]
  /** The names in its environment. */
  readonly env: readonly string[]
}

/** A permission of macOS. */
export type ImsgPermission = 'full-disk-access' | 'automation'

/** `imsg rpc` on a Mac, behind an executable that is really started, and the levers a test pulls. */
export interface ImsgEmulator {
  /** An executable, for `cliPath`. */
  readonly cliPath: string
  /** A folder with `imsg` and `ssh` in it, to stand first in `PATH`. */
  readonly folder: string
  /** A person writes, one to one; `fields` besides. */
  readonly message: (from: ImsgPerson, text: string, fields?: ImsgMessage) => ImsgMessage
  /** A person writes in a group. */
  readonly group: (chatGuid: string, from: ImsgPerson, text: string) => ImsgMessage
  /** Any row; what it lacks is filled in. */
  readonly push: (fields: ImsgMessage) => ImsgMessage
  /** Tells of a row once more; `since_rowid` gives it as well from now on. */
  readonly redeliver: (guid: unknown) => void
  /** Another database at the same path: its rows begin at 1. */
  readonly replaceDatabase: () => void
  readonly sent: readonly ImsgSent[]
  readonly calls: readonly ImsgCall[]
  /** Those that run, oldest first. */
  readonly children: () => readonly ImsgChild[]
  /** Every one that was ever started. */
  readonly started: readonly ImsgChild[]
  readonly subscriptions: () => number
  /** Writes any text to where answers are read. */
  readonly write: (text: string) => void
  readonly complain: (text: string) => void
  /** What is written comes in pieces of so many bytes; 0: whole. */
  readonly chop: (bytes: number) => void
  readonly fault: (fault: ImsgFault) => void
  readonly clearFaults: () => void
  /** Takes a permission away; each request that needs it fails. */
  readonly deny: (permission: ImsgPermission) => void
  readonly grant: (permission: ImsgPermission) => void
  /** The handle has no iMessage: sends to it fail. */
  readonly unregister: (handle: string) => void
  readonly register: (handle: string) => void
  /** Ends every subscription, as when its buffer is full. */
  readonly overflow: () => void
  /** Nothing is answered or told any more, as if the process hung. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Children that start from now on ignore the end of their input, and SIGTERM. */
  readonly deafen: () => void
  /** Ends every child at once, as `kill -9` does. */
  readonly kill: () => void
  readonly exit: (code: number) => void
  /** Those that are started end at once, until `resume`. */
  readonly pause: () => void
  readonly resume: () => void
  readonly close: () => Promise<void>
}
