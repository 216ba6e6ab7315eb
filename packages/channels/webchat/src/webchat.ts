import type { AccountId } from '@openclaw/pairing-contracts'
import { allowance } from './allowance.ts'
import { connection } from './connection.ts'
import { webchatDefinition } from './definition.ts'
import { heardOf, toldElsewhere } from './elsewhere.ts'
import { InvalidCookieKey, InvalidMount } from './errors.ts'
import { handler } from './handler.ts'
import { identities } from './identity.ts'
import { COOKIE_KEY_BYTES, PENDING_PER_ADDRESS } from './limits.ts'
import { messages } from './messages.ts'
import { pageFiles } from './page.ts'
import { refresher } from './refresher.ts'
import { strangers } from './strangers.ts'
import type { Webchat, WebchatComponents, WebchatOptions } from './types.ts'
import { visitors } from './visitors.ts'

/**
 * The built-in web chat: a page, and a channel for the gate.
 *
 * @param components - time, randomness and what the pairing layer knows of a visitor
 * @param options - where it is mounted and under which names it may be reached
 * @throws {@link InvalidMount} for a mount such as `chat/` or `/a b`
 * @throws {@link InvalidCookieKey} for a key of another length than 32 bytes
 */
export function webchat(components: WebchatComponents, options: WebchatOptions = {}): Webchat {
  const { clock, random, sha256, people } = components
  const { cookieKey = random(COOKIE_KEY_BYTES) } = components
  const { account = 'default' as AccountId, mount = '/chat', hosts = [] } = options
  const { pendingPerAddress = () => PENDING_PER_ADDRESS } = options
  if (!/^(\/[A-Za-z0-9_-]+)+$/.test(mount)) throw new InvalidMount()
  if (cookieKey.byteLength !== COOKIE_KEY_BYTES) throw new InvalidCookieKey()

  const draw = (): string => hex(random(8))
  const heard = visitors(clock, draw())
  const chats = toldElsewhere(heard, components.tell)
  const refresh = refresher({ people, visitors: chats })
  const line = connection({ clock, visitors: chats, refresher: refresh, account, drawKey: draw })
  const allowed = allowance(clock, people)
  const taking = messages({
    clock,
    allowance: allowed,
    visitors: chats,
    line,
    account,
    strangers: strangers({ clock, people, pendingPerAddress }),
  })
  const { fetch, limited } = handler(
    {
      clock,
      people,
      identities: identities({ random, sha256, cookieKey }),
      allowance: allowed,
      visitors: chats,
      messages: taking,
      line,
    },
    { mount, hosts, files: pageFiles(mount, sha256) },
  )
  return {
    definition: webchatDefinition,
    connection: line.connection,
    fetch,
    refresh: refresh.all,
    figures: () => ({
      ...chats.counts(),
      messagesInFlight: taking.inFlight(),
      limited: limited(),
    }),
    hear: (said) => {
      const known = heardOf(said)
      if (known === undefined || !heard.say(known.senderId, known.entry)) return
      void refresh.one(known.senderId)
    },
  }
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
