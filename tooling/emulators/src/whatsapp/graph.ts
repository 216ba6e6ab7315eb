import { type MetaJson, statusChange, type WhatsappUser } from './people.ts'
import type { WhatsappSent } from './types.ts'

/** The platform as the Graph API sees it. */
export interface GraphState {
  readonly phoneNumberId: string
  readonly displayPhoneNumber: string
  readonly token: { value: string | undefined }
  /** When each person wrote last, by number and by business-scoped id. */
  readonly wroteAt: Map<string, number>
  readonly refusals: Map<string, { readonly code: number; readonly how: 'at-once' | 'later' }>
  readonly sent: WhatsappSent[]
  readonly statuses: 'all' | 'failed'
  readonly nextId: () => string
  readonly now: () => number
  /** Posts a change to the webhook. */
  readonly tell: (change: MetaJson) => void
}

/** What is asked for. */
export interface GraphRequest {
  readonly method: string
  /** Below the version, such as `/106540352242922/messages`. */
  readonly path: string
  readonly fields: readonly string[]
  readonly token: string | undefined
  readonly body: MetaJson | undefined
}

/** What the server answers; text is a page. */
export interface GraphAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: MetaJson | string
}

const DAY_MS = 86_400_000
const MAX_TEXT = 4_096
const LONE_SURROGATE = /\p{Cs}/u
const TITLES: Readonly<Record<number, string>> = {
  4: 'Application request limit reached',
  100: 'Invalid parameter',
  80007: 'Rate limit issues',
  130429: 'Rate limit hit',
  131026: 'Message undeliverable',
  131030: 'Recipient phone number not in allowed list',
  131047: 'Re-engagement message',
  131056: '(Business Account, Consumer Account) pair rate limit hit',
}

/** The title of an error. */
export const titleOf = (code: number): string => TITLES[code] ?? 'Something went wrong'

/** An error of the Graph API. */
export function graphError(
  code: number,
  {
    status = 400,
    message = `(#${String(code)}) ${titleOf(code)}`,
    type = 'OAuthException',
  }: { readonly status?: number; readonly message?: string; readonly type?: string } = {},
): GraphAnswer {
  const data = { messaging_product: 'whatsapp', details: titleOf(code) }
  return {
    status,
    body: {
      error: { message, type, code, error_data: data, fbtrace_id: 'AEmulatedTrace00000000' },
    },
  }
}

/** Remembers that somebody wrote: from now on free text reaches them for a day. */
export function wrote({ wroteAt }: GraphState, { waId, userId }: WhatsappUser, at: number): void {
  for (const id of [waId, userId]) if (id !== undefined) wroteAt.set(id, at)
}

/** Carries out one request. */
export function callGraph(state: GraphState, request: GraphRequest): GraphAnswer {
  const { method, path, token, fields } = request
  if (state.token.value === undefined || token !== state.token.value)
    return graphError(190, {
      status: 401,
      message: 'Error validating access token: The session has been invalidated.',
    })
  const [, id, edge, ...rest] = path.split('/')
  if (id !== state.phoneNumberId) return notThere(String(id))
  if (method === 'GET' && edge === undefined) return numberOf(state, fields)
  if (method === 'POST' && edge === 'messages' && rest.length === 0)
    return send(state, request.body ?? {})
  return graphError(2500, { message: `Unknown path components: ${path}` })
}

const notThere = (id: string): GraphAnswer =>
  graphError(100, {
    message: `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    type: 'GraphMethodException',
  })

function numberOf(
  { phoneNumberId, displayPhoneNumber }: GraphState,
  fields: readonly string[],
): GraphAnswer {
  const known: MetaJson = {
    display_phone_number: `+${displayPhoneNumber}`,
    verified_name: 'Emulated Business',
    quality_rating: 'GREEN',
  }
  const asked = Object.entries(known).filter(([name]) => fields.includes(name))
  return { status: 200, body: { ...Object.fromEntries(asked), id: phoneNumberId } }
}

function send(state: GraphState, body: MetaJson): GraphAnswer {
  const { messaging_product: product, to, recipient, type, text: content } = body
  const address = typeof to === 'string' ? to.replace(/^\+/, '') : recipient
  const { body: text } = (content ?? {}) as MetaJson
  if (product !== 'whatsapp' || type !== 'text' || typeof address !== 'string')
    return graphError(100)
  if (typeof text !== 'string' || text.trim() === '' || text.length > MAX_TEXT)
    return graphError(100)
  if (LONE_SURROGATE.test(text)) return graphError(100)
  const at = state.now()
  const refusal = refusalOf(state, address, at)
  if (refusal?.how === 'at-once') return graphError(refusal.code)
  const id = state.nextId()
  state.sent.push({ id, to: address, text, body, at })
  tellStatuses(state, { id, to: address, at, code: refusal?.code })
  const isNumber = address !== recipient
  return {
    status: 200,
    body: {
      messaging_product: 'whatsapp',
      contacts: [
        { input: to ?? recipient, ...(isNumber ? { wa_id: address } : { user_id: address }) },
      ],
      messages: [{ id }],
    },
  }
}

function refusalOf({ refusals, wroteAt }: GraphState, to: string, at: number) {
  const refusal = refusals.get(to)
  if (refusal !== undefined) return refusal
  const last = wroteAt.get(to)
  const isOpen = last !== undefined && at - last <= DAY_MS
  return isOpen ? undefined : { code: 131_047, how: 'at-once' as const }
}

interface Sending {
  readonly id: string
  readonly to: string
  readonly at: number
  readonly code: number | undefined
}

function tellStatuses(state: GraphState, { id, to, at, code }: Sending): void {
  const tell = (status: 'sent' | 'delivered' | 'failed', error?: number): void =>
    state.tell(
      statusChange(state, {
        ...{ id, to, at, status },
        ...(error !== undefined && { error: { code: error, title: titleOf(error) } }),
      }),
    )
  if (code !== undefined) tell('failed', code)
  else if (state.statuses === 'all') {
    tell('sent')
    tell('delivered')
  }
}
