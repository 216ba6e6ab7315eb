import type { EpochMs } from '@openclaw/pairing-contracts'

/** Whose token: one gateway, one role. */
export interface TokenKey {
  /** The address of the gateway in its one spelling: `wss://host:18789`. */
  readonly gateway: string
  readonly role: string
}

/** A device token. Holds a secret. */
export interface CachedToken {
  readonly token: string
  readonly scopes: readonly string[]
  readonly updatedAtMs: EpochMs
}

/** Where a client keeps the tokens that gateways give its device. */
export interface TokenCache {
  /** Rejects when what is kept cannot be read: unreadable is not empty. */
  readonly load: (key: TokenKey) => Promise<CachedToken | undefined>
  /** Durable when it resolves. */
  readonly save: (key: TokenKey, token: CachedToken) => Promise<void>
  /** Forgets `token`, in one step, unless another one was kept meanwhile. */
  readonly drop: (key: TokenKey, token: string) => Promise<void>
}

/** Tokens that are kept as long as the process lives. */
export function memoryTokenCache(): TokenCache {
  const tokens = new Map<string, CachedToken>()
  const slot = ({ gateway, role }: TokenKey) => `${role}@${gateway}`
  return {
    load: async (key) => tokens.get(slot(key)),
    save: async (key, token) => {
      tokens.set(slot(key), token)
    },
    drop: async (key, token) => {
      if (tokens.get(slot(key))?.token === token) tokens.delete(slot(key))
    },
  }
}
