import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { MetaJson } from './people.ts'
import type { WhatsappDelivery } from './types.ts'

/** Posts changes to the webhook until they are answered with 200. */
export interface Webhooks {
  /** Whatever has the same `chat` comes in order; `ids` are those of the messages in it. */
  readonly add: (
    change: MetaJson,
    of: { readonly chat: string; readonly ids: readonly string[] },
  ) => void
  /** Posts once, signed unless another signature is given; the status, 0 where nobody answered. */
  readonly post: (body: string, signature?: string) => Promise<number>
  readonly deliveries: readonly WhatsappDelivery[]
  readonly pending: () => number
  /** Where they go; nothing goes anywhere before. */
  readonly callback: (url: string) => void
  readonly hold: () => void
  readonly release: () => void
  readonly stop: () => void
}

/** What {@link webhooks} works with. */
export interface WebhookOptions {
  readonly appSecret: string
  readonly now: () => number
  readonly retryMs: number
  readonly maxRetryMs: number
  readonly answerMs: number
}

/** Meta gives a webhook up after so long. */
const GIVE_UP_MS = 7 * 86_400_000
const ACCOUNT_ID = '102290129340398'

/** JSON as Meta writes it: everything beyond ASCII escaped, in lower case, and slashes too. */
export function metaJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll('/', '\\/')
}

/** What a body is signed with. */
export const metaSignature = (appSecret: string, body: string): string =>
  `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`

/** Nothing posted yet. */
export function webhooks(options: WebhookOptions): Webhooks {
  const state: State = {
    ...options,
    ...{ url: undefined, isHeld: false, isOver: false, open: 0 },
    ...{ chats: new Map(), deliveries: [], waiting: new Set() },
    agent: new Agent({ keepAlive: true, maxSockets: 32 }),
  }
  const wake = (): void => {
    for (const go of state.waiting) go()
  }
  return {
    add: (change, of) => void add(state, change, of),
    post: (body, signature) => post(state, body, signature),
    deliveries: state.deliveries,
    pending: () => state.open,
    callback: (url) => {
      state.url = url
      wake()
    },
    hold: () => {
      state.isHeld = true
    },
    release: () => {
      state.isHeld = false
      wake()
    },
    stop: () => {
      state.isOver = true
      state.agent.destroy()
      wake()
    },
  }
}

interface State extends WebhookOptions {
  url: string | undefined
  isHeld: boolean
  isOver: boolean
  open: number
  readonly chats: Map<string, Promise<void>>
  readonly deliveries: WhatsappDelivery[]
  readonly waiting: Set<() => void>
  readonly agent: Agent
}

interface About {
  readonly chat: string
  readonly ids: readonly string[]
}

async function add(state: State, change: MetaJson, { chat, ids }: About): Promise<void> {
  const body = metaJson({
    object: 'whatsapp_business_account',
    entry: [{ id: ACCOUNT_ID, changes: [change] }],
  })
  state.open += 1
  const before = state.chats.get(chat) ?? Promise.resolve()
  const work = before.then(() => untilTaken(state, body, ids))
  state.chats.set(chat, work)
  await work
  state.open -= 1
  if (state.chats.get(chat) === work) state.chats.delete(chat)
}

async function untilTaken(state: State, body: string, ids: readonly string[]): Promise<void> {
  const begun = state.now()
  for (let retry = 0; !state.isOver && state.now() - begun < GIVE_UP_MS; retry += 1) {
    while (!state.isOver && (state.isHeld || state.url === undefined)) await wait(state, 60_000)
    if (state.isOver) return
    const at = state.now()
    const status = await post(state, body)
    state.deliveries.push({ ids, retry, status, at, ms: state.now() - at })
    if (status === 200) return
    await wait(state, Math.min(state.maxRetryMs, state.retryMs * 2 ** Math.min(retry, 20)))
  }
}

/** Ends sooner when something changed. */
function wait({ waiting }: State, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      waiting.delete(end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    waiting.add(end)
  })
}

function post(state: State, body: string, signature?: string): Promise<number> {
  const { url, appSecret, agent, answerMs } = state
  if (url === undefined) return Promise.resolve(0)
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'facebookexternalua',
    'x-hub-signature': `sha1=${createHmac('sha1', appSecret).update(body).digest('hex')}`,
    'x-hub-signature-256': signature ?? metaSignature(appSecret, body),
  }
  return new Promise((resolve) => {
    const posting = request(url, { method: 'POST', headers, agent, timeout: answerMs })
    posting.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    posting.on('timeout', () => posting.destroy())
    posting.on('error', () => resolve(0))
    posting.on('close', () => resolve(0))
    posting.end(body)
  })
}
