import type { DeviceListing } from '@openclaw/device-pairing'
import type { DmPairing } from '@openclaw/dm-pairing'
import type { Config } from '@openclaw/pairing-config'
import type { Clock } from '@openclaw/pairing-contracts'
import type { Backend } from './node/backend.ts'
import type { Devices } from './node/devices.ts'
import type { Pairing } from './types.ts'

/** How the state and configuration of this machine are found. */
export interface ReadOptions {
  /** The environment; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** As `--profile`; `dev` as `--dev`. */
  readonly profile?: string
  /** The program that hints name: `openclaw` unless given, `npx openclaw` in a checkout. */
  readonly program?: string
  /**
   * `valid` (default) rejects with `ERR_CONFIG_INVALID` when the configuration has errors; `any` opens all the
   * same, so that an owner can always list and decide. A file that cannot be read or parsed stops both.
   */
  readonly config?: 'valid' | 'any'
  /** How a state in a database is used; for files it makes no difference. */
  readonly database?: DatabaseUse
}

/** How a state in a database is used. */
export interface DatabaseUse {
  /**
   * A `service` (default) tidies up, hears of changes at once, and waits 10 s for a server that does not answer; a `command`
   * leaves tidying to gateways, hears of changes within a second, and waits 3 s.
   */
  readonly by?: 'service' | 'command'
  /**
   * `everything` (default), or only what is `waiting` and devices, which does not grow with the people who were let in. Then
   * `list`, `find`, `approve` and `reject` of people work; the other verbs reject with `ERR_STORE_NOT_HELD`.
   */
  readonly load?: 'everything' | 'waiting'
}

/** How `openPairing` opens. */
export interface OpenOptions extends ReadOptions {
  /**
   * `write` (default) may create the state directory and keeps the well-known files up to date;
   * `read` creates nothing: enough for lists, not for decisions.
   */
  readonly mode?: 'read' | 'write'
}

/** What was decided under former names of channels and holds for nobody until it is moved; the next opening tries again. */
export interface Unmerged {
  /** The former names, such as `bluebubbles`. */
  readonly names: readonly string[]
  /** Why it could not be moved; `undefined` where the state was only read. */
  readonly error: Error | undefined
}

/** {@link Pairing} on the state of this machine: its directory, or the database that it shares with others. */
export interface NodePairing extends Pairing {
  /** The configuration in force. */
  readonly config: () => Config
  /**
   * Reads the configuration again when its files changed; policies and lists hold at once. Rejects, and keeps what
   * was in force, when the new one cannot be used, or a file went away (`ERR_CONFIG_GONE`).
   */
  readonly reload: () => Promise<{ readonly changed: boolean; readonly config: Config }>
  /** The door for devices, on the same store; made at the first call. */
  readonly devices: () => Devices
  /** The same store with what only its kind has. */
  readonly backend: Backend
  /** What decides about time: the database's where the state is kept in one. */
  readonly clock: Clock
  /** Absent where everything that was decided stands under the channel that it is about. */
  readonly unmerged: Unmerged | undefined
}

/** The state of this machine, opened for a page that is read and forgotten. */
interface ReadState extends Pick<NodePairing, 'config' | 'backend'> {
  readonly close: () => Promise<void>
}

/** The people's half of the state. */
export interface PeopleToRead extends ReadState {
  readonly people: DmPairing
}

/** The devices' half of the state: its lists. */
export interface DevicesToRead extends ReadState {
  readonly devices: DeviceListing
}
