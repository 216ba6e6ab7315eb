import type { Actor, EpochMs } from '@openclaw/pairing-contracts'
import type { Denied } from './owner-types.ts'

/**
 * Where a setup code is in its life.
 *
 * - `unbound`: waits for the first key that shows it
 * - `bound`: lets one key ask to be paired as a node
 * - `used`: the owner decided about that key
 * - `expired`, `withdrawn`: its time is over, or whoever may took it back
 */
export type SetupState = 'unbound' | 'bound' | 'used' | 'expired' | 'withdrawn'

/** A setup code without its secret. */
export interface SetupCode {
  /** `setup-` and 12 of `0-9a-z`. */
  readonly setupId: string
  readonly state: SetupState
  readonly createdAt: EpochMs
  /** Unbound: until when a key may bind it; bound: until when it lets that key ask. */
  readonly expiresAt: EpochMs
  readonly createdBy: Actor
  /** The key that it is bound to. */
  readonly deviceId: string | undefined
  readonly boundAt: EpochMs | undefined
}

/** What became of the wish for a setup code. `secret`: 43 characters of base64url, told this once. */
export type CreateSetupOutcome =
  | { readonly outcome: 'created'; readonly setup: SetupCode; readonly secret: string }
  /** As many live as may, of this actor or in all; `live` says how many. */
  | { readonly outcome: 'full'; readonly live: number }
  | Denied

/**
 * What a key that shows a secret hears. `bound`: to another key; `resting`: the owner rejected this key a short while ago,
 * and the code is left to others.
 */
export type RedeemSetupOutcome =
  | { readonly outcome: 'redeemed'; readonly setupId: string }
  | { readonly outcome: 'unknown' }
  | {
      readonly outcome: 'expired' | 'withdrawn' | 'used' | 'bound'
      readonly setupId: string
    }
  | { readonly outcome: 'resting'; readonly setupId: string; readonly retryAfterMs: number }

/** What became of a withdrawal. `over`: it had ended by itself. */
export type WithdrawSetupOutcome =
  | { readonly outcome: 'withdrawn'; readonly setup: SetupCode }
  | { readonly outcome: 'over'; readonly setup: SetupCode }
  | { readonly outcome: 'unknown' }
  | Denied

/** Setup codes: each lets one node ask to be paired, and nothing else. Lost or photographed after its first use, it is worthless. */
export interface SetupCodes {
  /** Makes one. Of the same owner in chat an older one that nobody bound yet is withdrawn. Throws `ERR_DEVICE_RANDOM_BROKEN`. */
  readonly create: (actor: Actor) => Promise<CreateSetupOutcome>
  /**
   * Binds an unbound code to this key, or finds it bound to it: one atomic change, and none for a retry. The caller has the
   * proof that whoever shows the secret holds the key, and asks for nodes alone.
   */
  readonly redeem: (secret: string, deviceId: string) => Promise<RedeemSetupOutcome>
  /** Those that live and those that ended a short while ago; newest first. */
  readonly list: (actor: Actor) => Promise<readonly SetupCode[] | Denied>
  /** Ends one that lives. A request that was made with it waits on. */
  readonly withdraw: (actor: Actor, setupId: string) => Promise<WithdrawSetupOutcome>
}
