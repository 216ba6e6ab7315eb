import type { AccountId } from '@openclaw/pairing-contracts'
import { connection } from './connection.ts'
import { webchatDefinition } from './definition.ts'
import { InvalidMount } from './errors.ts'
import { handler } from './handler.ts'
import { PENDING_PER_ADDRESS } from './limits.ts'
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
 */
export function webchat(components: WebchatComponents, options: WebchatOptions = {}): Webchat {
  const { clock, random, sha256, people } = components
  const { account = 'default' as AccountId, mount = '/chat', hosts = [] } = options
  const { pendingPerAddress = () => PENDING_PER_ADDRESS } = options
  if (!/^(\/[A-Za-z0-9_-]+)+$/.test(mount)) throw new InvalidMount()

  const draw = (): string => hex(random(8))
  const chats = visitors(clock, draw())
  const refresh = refresher({ people, visitors: chats })
  const line = connection({ clock, visitors: chats, refresher: refresh, account, drawKey: draw })
  const taking = messages({
    clock,
    people,
    visitors: chats,
    line,
    account,
    strangers: strangers({ clock, people, pendingPerAddress }),
  })
  const { fetch, limited } = handler(
    { clock, random, sha256, people, visitors: chats, messages: taking, line },
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
  }
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
