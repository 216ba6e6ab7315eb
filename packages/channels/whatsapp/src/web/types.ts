import type { Chunks } from '@openclaw/pairing-channel-kit'
import type {
  AccountId,
  Clock,
  CursorStore,
  EpochMs,
  RandomBytes,
} from '@openclaw/pairing-contracts'
import type { WebTiming } from './limits.ts'
import type { BaileysPort } from './port.ts'

/** The library as it was found. */
export interface LoadedLibrary {
  readonly port: BaileysPort
  readonly version: string
  /** Installs the version that this package was made with. */
  readonly command: string
}

/** One change of the folder of a session; without text the file goes. */
export interface FileChange {
  readonly name: string
  readonly text: string | undefined
}

/** The folder of one account's session. */
export interface SessionFiles {
  /** For messages. */
  readonly folder: string
  /** `undefined`: there is no such file; rejects when it cannot be read. */
  readonly read: (name: string) => Promise<string | undefined>
  /** Each file changes as a whole, 0600, the folder 0700; durable when it resolves. */
  readonly change: (changes: readonly FileChange[]) => Promise<void>
}

/** The right to use a session, of one process at a time. */
export interface SessionLock {
  readonly release: () => Promise<void>
  /** Resolves when it is lost before it is released, which a process that stood still may find. */
  readonly lost: Promise<void>
}

/** Where the session of an account lies. */
export interface WebSession {
  readonly files: SessionFiles
  /** `undefined`: another process has it. */
  readonly lock: () => Promise<SessionLock | undefined>
}

/** A session that is being made, beside the one it will take the place of. */
export interface Staging {
  readonly files: SessionFiles
  /** Puts it in its place; what was there is moved aside, not deleted. `time` tells it apart. */
  readonly adopt: (time: EpochMs) => Promise<void>
  readonly discard: () => Promise<void>
}

/** Where a session lies, and how one is made and taken away. The lock has to be held for both. */
export interface SessionPlace extends WebSession {
  readonly staging: () => Promise<Staging>
  readonly remove: () => Promise<void>
}

/** How a linked device connects again. */
export interface WebReconnect {
  /** Before the first try, in ms; each wait is `factor` times the last, up to `maxMs`. */
  readonly initialMs: number
  readonly maxMs: number
  readonly factor: number
  /** Each wait is shorter by up to this share. */
  readonly jitter: number
  /** After so many failures in a row the account stops; 0: never. */
  readonly maxAttempts: number
}

/** One linked device of a WhatsApp account, and what its connection works with. */
export interface WebOptions {
  readonly account: AccountId
  /** Finds and loads the library; rejects with `WebLibraryMissing` where it is not installed. */
  readonly library: () => Promise<LoadedLibrary>
  readonly session: WebSession
  /** Keeps between runs what was handled, and what waits. */
  readonly cursor: CursorStore
  readonly clock: Clock
  readonly random: RandomBytes
  /** Who sees that a message was read: those who were let in, or nobody, which holds unless given. */
  readonly readReceipts?: 'approved' | 'nobody'
  /**
   * What the owner writes to themself from another device: a message of theirs like any other, or nothing for us, which holds
   * unless given.
   */
  readonly selfChat?: 'taken' | 'ignored'
  /** After 2 s, ×1.4 each time up to 2 min, for ever, unless given. */
  readonly reconnect?: WebReconnect
  /** WhatsApp's own unless given; wss, or ws on this machine. */
  readonly webSocketUrl?: string
  /** How long texts are cut; at 4,000 UTF-16 units unless given. */
  readonly chunks?: Chunks
  /** Changes single waits, for tests and unusual links. */
  readonly timing?: Partial<WebTiming>
}
