import type { ChannelAddress } from './address.ts'
import type { ChannelDefinition } from './channel.ts'

/** Who may write to an account directly. */
export type DmPolicyName = 'pairing' | 'allowlist' | 'open' | 'disabled'

/** What strangers hear. `code`: the reply with the code; `silent`: nothing, the request is only recorded. */
export type ReplyMode = 'code' | 'silent'

/** The policy in force for one channel account, already inherited and checked. */
export interface DmPolicy {
  readonly policy: DmPolicyName
  /** As configured, `*` included; spelled as the operator typed it. */
  readonly allowFrom: readonly string[]
  /** Sender ids of owners on this channel, as configured. An owner is an approved sender. */
  readonly owners: readonly string[]
  /** Where `allowFrom` stands, for "remove it there": `channels.telegram.allowFrom in /home/x/.openclaw/openclaw.json`. */
  readonly allowFromSource: string
  /** Where `owners` stand, in words. */
  readonly ownersSource?: string
  readonly replyMode: ReplyMode
  /** Replaces the default text; placeholders `{code}`, `{idLine}`, `{approveCommand}`, `{minutes}`. */
  readonly replyTemplate?: string
  /** Pending requests at most; 3 unless configured (1–100). */
  readonly maxPending: number
  /**
   * A stranger's message that the platform had for longer than this, in ms, before it could deliver it is not answered;
   * nothing else about its age counts. Absent: what holds for its channel, see {@link ChannelDefinition.personal}.
   */
  readonly answerWithinMs?: number
}

/** The policy of an account; asked for each message, so a new configuration holds at once. Fails closed: throw or `disabled`. */
export type PolicyOf = (address: ChannelAddress) => DmPolicy
