import type {
  AccountId,
  ChannelConnection,
  ChannelDefinition,
  Classify,
  SenderId,
} from '@openclaw/pairing-contracts'
import type { PassingClock } from '../passing-clock.ts'
import type { OpenDoor } from './door.ts'

/** A raw event that pairs, and what the adapter must make of it. */
export interface DmSample<Raw> {
  readonly name: string
  readonly raw: Raw
  readonly senderId: SenderId
  readonly text: string
}

/** A raw event that must never cause a pairing request, and why in a few words (the name of the test). */
export interface NeverPairs<Raw> {
  readonly name: string
  readonly raw: Raw
}

/** What must never be taken for a person who writes to the account. */
export type NeverKind =
  /** Written by the account itself, on another device. */
  | 'own'
  | 'group'
  | 'edit'
  | 'reaction'
  | 'receipt'
  | 'bot'
  /** Told of because it happened once, not because it just came. */
  | 'history'

/** The names of the samples of a kind, or why the platform has no such thing. */
export type NeverSamples = readonly [string, ...string[]] | { readonly none: string }

/** How the platform treats what is sent through it, until told otherwise. */
export type SendMode =
  /** Takes it. */
  | 'take'
  /** Refuses it for good (blocked, no such chat). */
  | 'refuse'
  /** Does not take it, and says so each time (rate limit). */
  | 'fail'
  /** Takes it, but the answer never arrives. */
  | 'lose-answer'

/**
 * The platform on loopback, as the suite plays people with it. People are numbers: 0, 1, 2 … are different persons.
 * Fresh for each test; what a channel cannot do is named in {@link ChannelHarness.cannot} and not called.
 */
export interface FarSide<Raw> {
  /** By which the platform, its connections and the gate live; put forward, it is later for all of them. */
  readonly clock: PassingClock
  /**
   * A connection of the account, not yet running. The suite runs it, stops it and calls `connect` again:
   * that is a restart, with the same cursor and whatever else outlives a process.
   * Time-outs and back-off are short (about 100 ms) where they can be set.
   */
  readonly connect: () => Promise<ChannelConnection>
  /**
   * `who` writes `text` one to one. Resolves with their id once the platform (or the page) has it, and does not wait
   * until it was handled; also works while no connection runs, unless `offline` is in `cannot`.
   */
  readonly say: (who: number, text: string) => Promise<SenderId>
  /** The newest message of `who` is delivered once more, as after a lost acknowledgement. */
  readonly repeat: (who: number) => Promise<void>
  /** The platform delivers a raw event, such as a sample of {@link ChannelHarness.neverPairs}. */
  readonly deliver: (raw: Raw) => Promise<void>
  /** Where an answer to `who` goes: what `replyTo` of their messages is. */
  readonly replyTo: (who: number) => string
  /** What reached `who`, oldest first. */
  readonly inbox: (who: number) => readonly string[]
  readonly sends: (mode: SendMode) => void
  /** Cuts every open connection; the platform can be reached again after about 200 ms. */
  readonly cut: () => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * What a platform, by its nature, cannot do; the suite shows those tests as skipped, with the reason.
 *
 * - `repeat`: it never delivers a message twice
 * - `offline`: it keeps nothing while no connection runs
 * - `cut`: there is no link that could break
 * - `refuse`, `fail`, `lose-answer`: a send can never end like that
 */
export type Inability = 'repeat' | 'offline' | 'cut' | 'refuse' | 'fail' | 'lose-answer'

/**
 * What {@link channelContract} needs to know of a channel. Nothing here is about polling, sockets or webhooks:
 * a far side may push to the connection, or wait to be asked.
 */
export interface ChannelHarness<Raw> {
  readonly definition: ChannelDefinition
  readonly classify: Classify<Raw>
  readonly account: AccountId
  /** At least one; text, a command and media alone where the platform has them. */
  readonly dms: readonly DmSample<Raw>[]
  /** Each kind of event that must never pair; see the rules of the channel. */
  readonly neverPairs: readonly NeverPairs<Raw>[]
  /** Which of them are what, by name. */
  readonly never: Readonly<Record<NeverKind, NeverSamples>>
  /**
   * True where the account is a person's own: strangers are answered only where the owner wrote a policy, and what waited
   * for the connection is history to them. False where people write to a bot or a business on purpose.
   */
  readonly personal: boolean
  /** The gate before the host, as users have it. */
  readonly door: OpenDoor
  /** What people type or files hold, and the one spelling of it. */
  readonly senders: readonly (readonly [typed: string, senderId: string])[]
  /** What must be refused with a coded error. */
  readonly notSenders: readonly string[]
  /** Tokens and the like; must never appear in a log line, a status or a reason. */
  readonly secrets: readonly string[]
  readonly cannot: Readonly<Partial<Record<Inability, string>>>
  /** How long the suite waits for what must happen, in ms; 10,000 unless given. */
  readonly patienceMs?: number
  readonly farSide: () => Promise<FarSide<Raw>>
}
