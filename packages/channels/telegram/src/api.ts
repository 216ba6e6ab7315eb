import type { AbortSignalLike } from '@openclaw/pairing-contracts'
import { Api } from 'grammy'
import { agentOf, type Route } from './agents.ts'
import { type Failure, failureOf } from './failure.ts'
import { type GrammySignal, within } from './grammy-signal.ts'
import { isId, isRecord, type UnknownRecord } from './json.ts'
import { WINDOW } from './limits.ts'
import { redactor } from './token.ts'

/** A result, or why there is none. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure }

/** One update, its id checked. */
export interface Update extends UnknownRecord {
  readonly update_id: number
}

/** The calls that receiving needs; each bounded in time, none rejects. */
export interface ReceivingApi {
  readonly getMe: () => Promise<Answer<{ readonly username: string }>>
  /** Waits up to `timeoutMs` at the platform; whole seconds there. */
  readonly getUpdates: (offset: number, timeoutMs: number) => Promise<Answer<readonly Update[]>>
  /** Tells the platform what is settled, and takes nothing. */
  readonly confirm: (offset: number, withinMs: number) => Promise<void>
  readonly deleteWebhook: () => Promise<Answer<true>>
}

/** How {@link receivingApi} is bounded. */
export interface ReceivingOptions {
  readonly requestMs: number
  readonly signal: AbortSignalLike
}

const ALLOWED = ['message', 'my_chat_member'] as const

/** Stands behind our own time-outs, of which none is so long. */
const TIMEOUT_SECONDS = 2 * 500

/** grammY's clients for one bot. */
export interface Clients {
  readonly receiving: Api
  readonly sending: Api
}

/**
 * Two clients: a text sent on an idle connection that the other side has just closed would have an unknown fate,
 * so each send opens a connection of its own.
 */
export function clientsOf(token: string, route: Route): Clients {
  const through = (connections: 'kept' | 'single'): Api =>
    new Api(token, {
      apiRoot: route.root,
      timeoutSeconds: TIMEOUT_SECONDS,
      baseFetchConfig: { agent: agentOf(route, connections) },
    })
  return { receiving: through('kept'), sending: through('single') }
}

/** Receiving through grammY's client. */
export function receivingApi(api: Api, { requestMs, signal }: ReceivingOptions): ReceivingApi {
  const redact = redactor(api.token)
  const ask = async <T>(
    ms: number,
    stop: AbortSignalLike | undefined,
    call: (signal: GrammySignal) => Promise<T>,
  ): Promise<Answer<T>> => {
    try {
      return { ok: true, value: await within(ms, stop, call) }
    } catch (error) {
      return { ok: false, failure: failureOf(error, redact) }
    }
  }
  return {
    getMe: () =>
      ask(requestMs, signal, async (aborted) => {
        const { username } = await api.getMe(aborted)
        return { username: String(username) }
      }),
    getUpdates: (offset, timeoutMs) =>
      // No answer in twice the time it may wait is a stall: the connection is dead and nobody said so.
      ask(Math.max(2 * timeoutMs, requestMs), signal, async (aborted) => {
        const timeout = Math.ceil(timeoutMs / 1000)
        const query = { offset, limit: WINDOW, timeout, allowed_updates: ALLOWED }
        return updatesOf(await api.raw.getUpdates(query, aborted))
      }),
    confirm: async (offset, withinMs) => {
      const query = { offset, limit: 1, timeout: 0, allowed_updates: ALLOWED }
      await ask(withinMs, undefined, (aborted) => api.raw.getUpdates(query, aborted))
    },
    deleteWebhook: () =>
      ask(requestMs, signal, (aborted) =>
        api.deleteWebhook({ drop_pending_updates: false }, aborted),
      ),
  }
}

/** What is not a list of updates is not the Bot API; an update without an id cannot be confirmed. */
function updatesOf(result: unknown): readonly Update[] {
  const isUpdate = (update: unknown): update is Update => isRecord(update) && isId(update.update_id)
  if (Array.isArray(result) && result.every(isUpdate)) return result
  throw Object.assign(new Error(), { code: 'invalid-json' })
}
