import { randomBytes, randomInt } from 'node:crypto'
import { type WhatsappFaults, whatsappFaults } from './faults.ts'
import { type GraphState, wrote } from './graph.ts'
import { type MetaJson, messageChange, userOf, type WhatsappPerson } from './people.ts'
import { graphServer } from './server.ts'
import type {
  WhatsappCall,
  WhatsappEmulator,
  WhatsappEmulatorOptions,
  WhatsappWritten,
} from './types.ts'
import { type Webhooks, webhooks } from './webhooks.ts'

interface World {
  readonly state: GraphState
  readonly faults: WhatsappFaults
  readonly calls: WhatsappCall[]
  readonly hooks: Webhooks
  readonly written: Map<string, WhatsappWritten>
}

/**
 * Starts a business number behind the Cloud API on 127.0.0.1 that speaks the real wire: the Graph API's
 * `GET /<phone number id>` and `POST /<phone number id>/messages` with its errors, and webhooks that are signed, escaped
 * and repeated as Meta's are, with statuses of what was sent.
 *
 * @param options - token, secret, number, port, waits; all have defaults
 */
export async function startWhatsappEmulator(
  options: WhatsappEmulatorOptions = {},
): Promise<WhatsappEmulator> {
  const accessToken = options.accessToken ?? `EAA${randomBytes(60).toString('hex')}`
  const appSecret = options.appSecret ?? randomBytes(16).toString('hex')
  const world = newWorld(options, { accessToken, appSecret })
  const server = await graphServer(world, options.port ?? 0)
  const { phoneNumberId, displayPhoneNumber } = world.state
  const { hooks } = world
  return {
    ...{ url: server.origin, accessToken, appSecret, phoneNumberId, displayPhoneNumber },
    ...peopleOf(world),
    ...leversOf(world),
    subscribe: (url, verifyToken) => subscribe(hooks, url, verifyToken),
    callback: hooks.callback,
    cut: server.cut,
    pause: () => {
      hooks.hold()
      return server.stop()
    },
    resume: async () => {
      await server.listen()
      hooks.release()
    },
    close: () => {
      hooks.stop()
      return server.stop()
    },
  }
}

interface Secrets {
  readonly accessToken: string
  readonly appSecret: string
}

function newWorld(options: WhatsappEmulatorOptions, { accessToken, appSecret }: Secrets): World {
  const { now = Date.now, retryMs = 1_000, maxRetryMs = 60_000, answerMs = 5_000 } = options
  const hooks = webhooks({ appSecret, now, retryMs, maxRetryMs, answerMs })
  let count = 0
  return {
    hooks,
    faults: whatsappFaults(),
    calls: [],
    written: new Map(),
    state: {
      phoneNumberId: options.phoneNumberId ?? '106540352242922',
      displayPhoneNumber: options.displayPhoneNumber ?? '15550783881',
      token: { value: accessToken },
      statuses: options.statuses ?? 'all',
      ...{ now, wroteAt: new Map(), refusals: new Map(), sent: [] },
      nextId: () => {
        count += 1
        const text = `${String(count).padStart(10, '0')}${randomBytes(8).toString('hex')}`
        return `wamid.${Buffer.from(text).toString('base64')}`
      },
      tell: (change) => hooks.add(change, { chat: 'statuses', ids: [] }),
    },
  }
}

/** What Meta's console does: a challenge that must come back bare. */
async function subscribe(hooks: Webhooks, url: string, verifyToken: string): Promise<boolean> {
  const challenge = String(randomInt(100_000_000, 2_000_000_000))
  const asked = new URL(url)
  asked.searchParams.set('hub.mode', 'subscribe')
  asked.searchParams.set('hub.challenge', challenge)
  asked.searchParams.set('hub.verify_token', verifyToken)
  const response = await fetch(asked, { headers: { 'user-agent': 'facebookplatform/1.0' } })
  const isRight = response.status === 200 && (await response.text()) === challenge
  if (isRight) hooks.callback(url)
  return isRight
}

type People = Pick<WhatsappEmulator, 'message' | 'inGroup' | 'push' | 'redeliver' | 'post'>

function peopleOf(world: World): People {
  const { state, hooks, written } = world
  const write = (person: WhatsappPerson, fields: MetaJson): WhatsappWritten => {
    const from = userOf(person)
    const [id, at] = [state.nextId(), state.now()]
    const change = messageChange(state, { from, id, at, fields })
    if (fields['group_id'] === undefined) wrote(state, from, at)
    written.set(id, { id, change })
    hooks.add(change, { chat: from.waId ?? from.userId ?? id, ids: [id] })
    return { id, change }
  }
  return {
    message: (from, text, fields) => write(from, { text: { body: text }, ...fields }),
    inGroup: (groupId, from, text) => write(from, { group_id: groupId, text: { body: text } }),
    push: (change) => hooks.add(change, { chat: state.nextId(), ids: [] }),
    redeliver: (id) => {
      const change = written.get(id)?.change
      if (change) hooks.add(change, { chat: state.nextId(), ids: [id] })
    },
    post: hooks.post,
  }
}

type Levers = Omit<
  WhatsappEmulator,
  | keyof People
  | keyof Secrets
  | 'url'
  | 'phoneNumberId'
  | 'displayPhoneNumber'
  | 'subscribe'
  | 'callback'
  | 'cut'
  | 'pause'
  | 'resume'
  | 'close'
>

function leversOf({ state, faults, calls, hooks }: World): Levers {
  const bare = (to: string): string => to.replace(/^\+/, '')
  return {
    sent: state.sent,
    calls,
    deliveries: hooks.deliveries,
    pending: hooks.pending,
    fault: faults.add,
    clearFaults: faults.clear,
    refuse: (to, code, how = 'at-once') => void state.refusals.set(bare(to), { code, how }),
    take: (to) => void state.refusals.delete(bare(to)),
    lapse: (to) => void state.wroteAt.delete(bare(to)),
    revokeToken: () => {
      state.token.value = undefined
    },
  }
}
