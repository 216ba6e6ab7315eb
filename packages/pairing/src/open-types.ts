import type { FileStore } from '@openclaw/credential-store'
import type { Config } from '@openclaw/pairing-config'
import type { Devices } from './node/devices.ts'
import type { Pairing } from './types.ts'

/** How `openPairing` finds its state and configuration. */
export interface OpenOptions {
  /** The environment; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** As `--profile`; `dev` as `--dev`. */
  readonly profile?: string
  /**
   * `write` (default) may create the state directory and keeps the well-known files up to date;
   * `read` creates nothing: enough for lists, not for decisions.
   */
  readonly mode?: 'read' | 'write'
  /** With `mode: 'read'`, for a page that is read and forgotten: see the store's option of that name. Never for a gate. */
  readonly trustVerified?: boolean
  /**
   * `people`, with `mode: 'read'`: the files of devices are not looked at, for a page of people that is read and
   * forgotten. Everything unless given.
   */
  readonly only?: 'people'
  /** The program that hints name: `openclaw` unless given, `npx openclaw` in a checkout. */
  readonly program?: string
  /**
   * `valid` (default) rejects with `ERR_CONFIG_INVALID` when the configuration has errors; `any` opens all the
   * same, so that an owner can always list and decide. A file that cannot be read or parsed stops both.
   */
  readonly config?: 'valid' | 'any'
}

/** {@link Pairing} on this machine's state directory. */
export interface NodePairing extends Pairing {
  /** The configuration in force. */
  readonly config: () => Config
  /**
   * Reads the configuration again when its files changed; policies and lists hold at once. Rejects, and keeps what
   * was in force, when the new one cannot be used, or a file went away (`ERR_CONFIG_GONE`).
   */
  readonly reload: () => Promise<{ readonly changed: boolean; readonly config: Config }>
  /** The door for devices, on the same store; made at the first call. */
  readonly devices: () => Promise<Devices>
  /** The store with what only files have: `verify`, findings. */
  readonly store: FileStore
}
