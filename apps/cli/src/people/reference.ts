import type { Call } from '../args/types.ts'
import { text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import type { Wanted } from './find.ts'
import { findChannel, parseAccount, parseChannel } from './places.ts'
import type { Session } from './session.ts'

/**
 * Reads `<channel> <code|id>`, `--channel <channel> <code|id>` or a code alone. A code may be typed in parts
 * (`ABCD 2345`) or be a whole pasted reply.
 */
export async function readReference(session: Session, call: Call, verb: string): Promise<Wanted> {
  const account = parseAccount(text(call, 'account'))
  const option = text(call, 'channel')
  if (option !== undefined) {
    const channel = await parseChannel(session, option)
    if (joined(call.words) === '') throw codeMissing(channel, verb)
    return { channel, account, verb, typed: joined(call.words) }
  }
  const [first = '', ...others] = call.words
  const channel = await findChannel(session, first)
  if (channel !== undefined) {
    if (joined(others) === '') throw codeMissing(channel, verb)
    return { channel, account, verb, typed: joined(others) }
  }
  if (joined(call.words) === '') throw codeMissing(undefined, verb)
  // `ABCD2345`, `abcd 2345` or a pasted reply; two words of which the first is no part of a code name a channel.
  if (others.length > 0 && !looksLikeCode(call.words)) await parseChannel(session, first)
  return { channel: undefined, account, verb, typed: joined(call.words) }
}

function joined(words: readonly string[]): string {
  return words.join(' ').trim()
}

/** Parts of one code, a request id, or a text long enough to be a pasted reply. */
function looksLikeCode(words: readonly string[]): boolean {
  const together = words.join('').replaceAll('-', '')
  return together.length === CODE_LENGTH || words.length > PARTS
}

const CODE_LENGTH = 8
/** Nobody types a code in more parts than this. */
const PARTS = 4

function codeMissing(channel: string | undefined, verb: string): UsageError {
  const where = channel === undefined ? '' : ` on ${channel}`
  const words = channel === undefined ? '' : ` ${channel}`
  return new UsageError(`which request${where}? Give its code or id`, {
    hint: `openclaw pairing list${words} shows them; then: openclaw pairing ${verb}${words} <code>`,
  })
}
