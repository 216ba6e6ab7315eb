import type { Config } from '@openclaw/pairing-config'
import type { Pairing } from './types.ts'

/** How {@link openPairing} finds its state and configuration. */
export interface OpenOptions {
  /** The environment; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** As `--profile`. */
  readonly profile?: string
  /**
   * `write` (default) may create the state directory; `read` creates nothing and takes over nothing,
   * but the owner's verbs still work through a second open.
   */
  readonly mode?: 'read' | 'write'
  /** The program that hints name: `openclaw` unless given, `npx openclaw` in a checkout. */
  readonly program?: string
}

/** {@link Pairing} on this machine's state directory. */
export interface NodePairing extends Pairing {
  /** The configuration in force. */
  readonly config: () => Config
  /** Reads the configuration again when its files changed; policies and lists hold at once. */
  readonly reload: () => Promise<Config>
}
