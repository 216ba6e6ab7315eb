import type { Leases } from '@openclaw/credential-store-postgres'
import type {
  ChannelAddress,
  Json,
  Replicas,
  WebhookAnswer,
  WebhookRequest,
} from '@openclaw/pairing-contracts'
import { leaseNameOf } from '../../channels/lease-name.ts'
import {
  HOOK_BYTES_FORWARDED,
  HOOK_FORWARD_MS,
  HOOKS_FORWARDED,
  HOOKS_SERVED,
} from '../../limits.ts'
import { decodeAnswer, decodeCall, encodeAnswer, encodeCall } from './forwarded.ts'
import type { Hook } from './hook.ts'

/** Hands a call to the gateway that has the account, and answers as it does. Never rejects. */
export type ForwardHook = (
  address: ChannelAddress,
  request: WebhookRequest,
) => Promise<WebhookAnswer | 'nowhere'>

/** What {@link forwardHooks} works with. */
export interface ForwardComponents {
  readonly leases: Pick<Leases, 'holderOf'>
  readonly replicas: Pick<Replicas, 'id' | 'ask' | 'serve'>
}

/** The way of calls between gateways. */
export interface HookForwarding {
  readonly forward: ForwardHook
  /** Answers what others hand over, by connections at this gateway alone: nothing is handed on twice. Returns its end. */
  readonly serve: (hooks: readonly Hook[]) => () => void
}

const KIND = 'hook'

/** Nothing handed over yet; bounded in number and bytes. */
export function forwardHooks(components: ForwardComponents): HookForwarding {
  const underWay = { calls: 0, bytes: 0 }
  return {
    forward: async (address, request) => {
      const bytes = request.body.byteLength
      const isFull =
        underWay.calls >= HOOKS_FORWARDED || underWay.bytes + bytes > HOOK_BYTES_FORWARDED
      if (isFull) return 'nowhere'
      underWay.calls += 1
      underWay.bytes += bytes
      try {
        return await ask(components, address, request)
      } catch {
        // Gone, late, cut off: the platform comes again, and whoever has the account knows what it has already.
        return 'nowhere'
      } finally {
        underWay.calls -= 1
        underWay.bytes -= bytes
      }
    },
    serve: (hooks) => {
      const answer = answering(hooks)
      return components.replicas.serve(KIND, answer)
    },
  }
}

async function ask(
  { leases, replicas }: ForwardComponents,
  address: ChannelAddress,
  request: WebhookRequest,
): Promise<WebhookAnswer | 'nowhere'> {
  const end = performance.now() + HOOK_FORWARD_MS
  const holder = await leases.holderOf(leaseNameOf(address))
  const leftMs = Math.floor(end - performance.now())
  if (holder === undefined || holder.replica === replicas.id || leftMs <= 0) return 'nowhere'
  const call = encodeCall(address, request)
  return decodeAnswer(await replicas.ask(holder.replica, KIND, call, leftMs))
}

function answering(hooks: readonly Hook[]): (body: Json) => Promise<Json> {
  let served = 0
  return async (body) => {
    const call = decodeCall(body)
    const isIts = ({ channel, account }: Hook): boolean =>
      channel === call?.channel && account === call.account
    const answerHere = hooks.find(isIts)?.answerHere
    if (call === undefined || answerHere === undefined) return encodeAnswer('nowhere')
    if (served >= HOOKS_SERVED) return encodeAnswer('nowhere')
    served += 1
    try {
      return encodeAnswer(await answerHere(call.request))
    } finally {
      served -= 1
    }
  }
}
