import { randomUUID } from 'node:crypto'
import type { LoopbackServer } from '../loopback.ts'
import { blueBubblesFaults } from './faults.ts'
import { type Mac, newMac, type Written } from './mac.ts'
import type { BlueBubblesMessage } from './messages.ts'
import { blueBubblesServer, type ServerWorld } from './server.ts'
import type { BlueBubblesEmulator, BlueBubblesEmulatorOptions } from './types.ts'
import { webhooksOf } from './webhooks.ts'

/** How far the server looks back after a restart. */
const LOOKS_BACK_MS = 7 * 24 * 60 * 60 * 1_000

interface World extends ServerWorld {
  readonly mac: Mac
  readonly now: () => number
  readonly secret: { password: string }
  readonly isOn: () => boolean
  readonly setOn: (on: boolean) => void
}

/**
 * Starts a BlueBubbles server on 127.0.0.1, as it speaks to clients: the REST calls to ping, to ask for and register
 * webhooks, to look for messages and to send, each with `?password=`; and events posted to webhooks once, whatever they answer.
 *
 * @param options - port, password, how chats are called; all have defaults
 */
export async function startBlueBubblesEmulator(
  options: BlueBubblesEmulatorOptions = {},
): Promise<BlueBubblesEmulator> {
  const world = newWorld(options)
  const server = await blueBubblesServer(world, options.port ?? 0)
  return {
    url: server.origin,
    password: world.secret.password,
    ...peopleOf(world),
    ...leversOf(world),
    ...linkOf(world, server),
  }
}

function newWorld(options: BlueBubblesEmulatorOptions): World {
  const now = options.now ?? Date.now
  const mac = newMac(now, options.anyGuids ?? false)
  const secret = { password: options.password ?? randomUUID() }
  const webhooks = webhooksOf()
  const onRow = (data: object) => webhooks.dispatch('new-message', { type: 'new-message', data })
  let on = true
  return {
    ...{ mac, now, secret, webhooks, faults: blueBubblesFaults(), calls: [] },
    password: () => secret.password,
    outbox: { mac, privateApi: options.privateApi ?? false, queued: new Set(), onRow },
    isOn: () => on,
    setOn: (next) => {
      on = next
    },
  }
}

function tell({ webhooks, isOn }: World, type: string, data: unknown): void {
  if (isOn()) webhooks.dispatch(type, { type, data })
}

type People = Pick<
  BlueBubblesEmulator,
  'message' | 'group' | 'tapback' | 'edit' | 'ownMessage' | 'push' | 'replay'
>

function peopleOf(world: World): People {
  const { mac, webhooks } = world
  const write = (written: Written): BlueBubblesMessage => {
    const row = mac.write(written)
    tell(world, 'new-message', row)
    return row
  }
  return {
    message: (person, text, changes) => write({ person, text, ...changes }),
    group: (group, person, text) => write({ group, person, text }),
    tapback: (person, guid) =>
      write({
        ...{ person, text: 'Loved a message' },
        data: { associatedMessageGuid: `p:0/${guid}`, associatedMessageType: 'love' },
      }),
    ownMessage: (person, text) => write({ person, text, isFromMe: true }),
    edit: (guid, text) => {
      const row = mac.change(guid, { text, dateEdited: world.now() })
      if (row !== undefined) tell(world, 'updated-message', { ...row, chats: undefined })
    },
    push: (event) => {
      const { type } = (event ?? {}) as { readonly type?: unknown }
      webhooks.dispatch(typeof type === 'string' ? type : '*', event)
    },
    replay: () => replay(world),
  }
}

function replay(world: World): void {
  const since = world.now() - LOOKS_BACK_MS
  for (const row of world.mac.rows()) if (row.dateCreated >= since) tell(world, 'new-message', row)
}

type Levers = Pick<
  BlueBubblesEmulator,
  | 'sent'
  | 'calls'
  | 'webhooks'
  | 'posts'
  | 'told'
  | 'forgetWebhooks'
  | 'changePassword'
  | 'fault'
  | 'clearFaults'
  | 'unregister'
  | 'register'
>

function leversOf({ mac, calls, webhooks, secret, faults }: World): Levers {
  return {
    sent: mac.sent,
    calls,
    webhooks: webhooks.list,
    posts: webhooks.posts,
    told: webhooks.told,
    forgetWebhooks: webhooks.forget,
    changePassword: (password) => {
      secret.password = password
    },
    fault: faults.add,
    clearFaults: faults.clear,
    unregister: (handle) => void mac.unregistered.add(handle),
    register: (handle) => void mac.unregistered.delete(handle),
  }
}

type Link = Pick<BlueBubblesEmulator, 'cut' | 'pause' | 'resume' | 'close'>

function linkOf(world: World, server: LoopbackServer): Link {
  return {
    cut: server.cut,
    pause: () => {
      world.setOn(false)
      return server.stop()
    },
    resume: async () => {
      await server.listen()
      if (world.isOn()) return
      world.setOn(true)
      replay(world)
    },
    close: async () => {
      await server.stop()
      await world.webhooks.told()
    },
  }
}
