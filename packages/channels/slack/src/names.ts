import type { ChannelHost, Clock, SenderId } from '@openclaw/pairing-contracts'
import type { SlackApi } from './api.ts'
import { isRecord, isText } from './json.ts'
import { NAME_MS, NAMES_KEPT } from './limits.ts'

/** What is known of a member besides the id. */
export interface MemberFacts {
  /** Display name, else real name; chosen by the member, so untrusted. */
  readonly name?: string
  readonly isBot?: true
}

/** What people are called. */
export interface Names {
  /** Never rejects, and waits for Slack only briefly; nothing where it says nothing. */
  readonly of: (senderId: SenderId) => Promise<MemberFacts>
}

interface Known {
  readonly facts: MemberFacts
  readonly until: number
}

/** Asks `users.info` once an hour for each member; not at all while Slack asks for a pause. */
export function names(api: Pick<SlackApi, 'member'>, clock: Clock): Names {
  const known = new Map<SenderId, Known>()
  let quietUntil = 0
  const remember = (senderId: SenderId, facts: MemberFacts): void => {
    known.delete(senderId)
    known.set(senderId, { facts, until: clock.now() + NAME_MS })
    const [oldest] = known.keys()
    if (known.size > NAMES_KEPT && oldest !== undefined) known.delete(oldest)
  }
  return {
    of: async (senderId) => {
      const now = clock.now()
      const found = known.get(senderId)
      // An older name is better than none; whether somebody is a bot does not change.
      if ((found && now < found.until) || now < quietUntil) return found?.facts ?? {}
      const answer = await api.member(senderId)
      if (!answer.ok) {
        const { failure } = answer
        const asked = failure.kind === 'limited' ? failure.retryAfterMs : QUIET_MS
        quietUntil = now + Math.min(asked, MOST_QUIET_MS)
        return found?.facts ?? {}
      }
      const facts = factsOf(answer.value)
      remember(senderId, facts)
      return facts
    },
  }
}

/** After a lookup that failed nobody is asked for, in ms: a name is not worth holding messages up. */
const QUIET_MS = 30_000
/** Longer than this nobody is quiet on the platform's word, in ms: names tell who is a bot. */
const MOST_QUIET_MS = 600_000

function factsOf(member: unknown): MemberFacts {
  if (!isRecord(member)) return {}
  const { display_name: display, real_name: real } = isRecord(member.profile) ? member.profile : {}
  const name = [display, real, member.real_name, member.name].find(isText)
  return {
    ...(name !== undefined && { name: name.slice(0, 256) }),
    ...(member.is_bot === true && { isBot: true }),
  }
}

/** The host with what people are called; members who turn out to be bots do not reach it. */
export function named(host: ChannelHost, names: Names): ChannelHost {
  const { onMessage, onIgnored } = host
  return {
    ...host,
    onMessage: async (inbound) => {
      const { name, isBot } = await names.of(inbound.senderId)
      if (isBot) {
        onIgnored({ kind: 'ignore', why: 'written by a bot' })
        return undefined
      }
      return onMessage(name === undefined ? inbound : { ...inbound, meta: { name } })
    },
  }
}
