import type { SenderId } from '@openclaw/pairing-contracts'
import { isWebchatId } from './definition.ts'
import { MAX_KEY, MAX_REPLY } from './limits.ts'
import type { ChatEntry } from './ring.ts'
import type { SaidElsewhere } from './types.ts'
import type { Visitors } from './visitors.ts'

/** The conversations, and other processes told of what is said here. */
export function toldElsewhere(
  visitors: Visitors,
  tell: ((said: SaidElsewhere) => void) | undefined,
): Visitors {
  if (tell === undefined) return visitors
  return {
    ...visitors,
    say: (visitor, entry) => {
      const isNew = visitors.say(visitor, entry)
      if (isNew) tell({ visitor, ...entry })
      return isNew
    },
  }
}

/** What another process told; `undefined` for what is none. */
export function heardOf(
  said: unknown,
): { readonly senderId: SenderId; readonly entry: ChatEntry } | undefined {
  if (typeof said !== 'object' || said === null) return undefined
  const { visitor, from, key, text, at, copyable, preformatted } = said as Partial<SaidElsewhere>
  const isWhole =
    isWebchatId(visitor) &&
    (from === 'bot' || from === 'you') &&
    isShort(key, MAX_KEY) &&
    isShort(text, MAX_REPLY) &&
    Number.isSafeInteger(at)
  if (!isWhole) return undefined
  return {
    senderId: visitor,
    entry: {
      ...{ from, key, text, at: at as number },
      ...(isShort(copyable, MAX_REPLY) && { copyable }),
      ...(isShort(preformatted, MAX_REPLY) && { preformatted }),
    },
  }
}

function isShort(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most
}
