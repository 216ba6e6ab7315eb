import { randomBytes } from 'node:crypto'
import type { LoopbackServer } from '../loopback.ts'
import { type Faults, faults } from './faults.ts'
import type { BotState } from './methods.ts'
import {
  editedMessage,
  groupMessage,
  type Person,
  privateMessage,
  type RawUpdate,
} from './people.ts'
import { apiServer } from './server.ts'
import type {
  ApiCall,
  EmulatorOptions,
  SentMessage,
  TelegramEmulator,
  WrittenMessage,
} from './types.ts'
import { type UpdateQueue, updateQueue } from './updates.ts'

interface World extends BotState {
  readonly now: () => number
  readonly token: string
  readonly sent: SentMessage[]
  readonly calls: ApiCall[]
  readonly known: Set<number>
  readonly blocked: Set<number>
  readonly faults: Faults
  readonly nextMessageId: () => number
  revoked: boolean
}

/**
 * Starts a Bot API server on 127.0.0.1 that speaks the real wire to real clients: `getMe`, `getUpdates` (long poll),
 * `sendMessage`, `setMyCommands`, `deleteMyCommands`, `setWebhook`, `deleteWebhook`, `getWebhookInfo`, over GET and POST.
 *
 * @param options - token, port, user name; all have defaults
 */
export async function startTelegramEmulator(
  options: EmulatorOptions = {},
): Promise<TelegramEmulator> {
  const token = options.token ?? `1234567890:${randomBytes(26).toString('hex').slice(0, 35)}`
  const world = newWorld(token, options)
  const server = await apiServer(
    {
      state: world,
      faults: world.faults,
      calls: world.calls,
      accepts: (given) => !world.revoked && given === token,
      other: async (request, response) => (await options.other?.(request, response)) ?? false,
    },
    options.port ?? 0,
  )
  return { token, botId: world.botId, ...peopleOf(world), ...leversOf(world), ...linkOf(server) }
}

function newWorld(token: string, options: EmulatorOptions): World {
  const sent: SentMessage[] = []
  const known = new Set<number>()
  const blocked = new Set<number>()
  let messageId = 0
  const nextMessageId = (): number => (messageId += 1)
  const now = options.now ?? Date.now
  return {
    ...{ token, now },
    botId: Number(token.split(':')[0]),
    username: options.username ?? 'emulated_bot',
    updates: updateQueue(options.firstUpdateId ?? 700_000_001),
    webhook: '',
    commands: new Map(),
    sent,
    calls: [],
    known,
    blocked,
    faults: faults(),
    nextMessageId,
    revoked: false,
    chats: {
      known,
      blocked,
      deliver: (message) => {
        const taken = { ...message, messageId: nextMessageId(), at: now() }
        sent.push(taken)
        return taken
      },
    },
  }
}

type People = Pick<
  TelegramEmulator,
  'message' | 'group' | 'edit' | 'push' | 'redeliver' | 'restartIds'
>

function peopleOf({ updates, known, nextMessageId, now }: World): People {
  const written = (update: RawUpdate, messageId: number): WrittenMessage => {
    known.add(chatOf(update))
    return { updateId: push(updates, known, update), messageId, update }
  }
  const parts = (text: string) => ({
    messageId: nextMessageId(),
    at: now(),
    content: { text },
  })
  return {
    message: (from: Person, text) => {
      const content = parts(text)
      return written(privateMessage(from, content), content.messageId)
    },
    group: (chatId, from, text) => {
      const content = parts(text)
      return written(groupMessage(chatId, from, content), content.messageId)
    },
    edit: ({ update, messageId }, text) => written(editedMessage(update, text, now()), messageId),
    push: (update) => push(updates, known, update),
    redeliver: updates.redeliver,
    restartIds: updates.restartIds,
  }
}

/** Whoever an update comes from can be written to from then on. */
function push(updates: UpdateQueue, known: Set<number>, update: RawUpdate): number | undefined {
  known.add(chatOf(update))
  return updates.push(update)
}

function chatOf(update: RawUpdate): number {
  const message = Object.values(update).find((part) => typeof part === 'object' && part !== null)
  const { chat } = (message ?? {}) as { chat?: { id?: unknown } }
  return Number(chat?.id)
}

type Levers = Omit<TelegramEmulator, 'token' | 'botId' | keyof People | keyof Link>

function leversOf(world: World): Levers {
  return {
    sent: world.sent,
    calls: world.calls,
    pending: world.updates.pending,
    polled: world.updates.waiting,
    fault: world.faults.add,
    clearFaults: world.faults.clear,
    block: (chatId) => void world.blocked.add(chatId),
    unblock: (chatId) => void world.blocked.delete(chatId),
    revokeToken: () => {
      world.revoked = true
      world.updates.displace()
    },
    setWebhook: (url) => {
      world.webhook = url
      world.updates.displace()
    },
    webhook: () => world.webhook,
    commandsIn: (chatId) => world.commands.get(chatId) ?? world.commands.get(undefined) ?? [],
  }
}

type Link = Pick<TelegramEmulator, 'url' | 'cut' | 'pause' | 'resume' | 'close'>

function linkOf(server: LoopbackServer): Link {
  return {
    url: server.origin,
    cut: server.cut,
    pause: server.stop,
    resume: server.listen,
    close: server.stop,
  }
}
