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
  HOOKS_SHARE,
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
  const enter = forwardPlaces()
  return {
    forward: async (address, request) => {
      const leave = enter(leaseNameOf(address), request.body.byteLength)
      if (leave === undefined) return 'nowhere'
      try {
        return await ask(components, address, request)
      } catch {
        // Gone, late, cut off: the platform comes again, and whoever has the account knows what it has already.
        return 'nowhere'
      } finally {
        leave()
      }
    },
    serve: (hooks) => {
      const answer = answering(hooks)
      return components.replicas.serve(KIND, answer)
    },
  }
}

interface UnderWay {
  calls: number
  bytes: number
}

/** Takes a place for a call, as many bytes as its body has; answers how it is left, `undefined` where there is none. */
type Enter = (account: string, bytes: number) => (() => void) | undefined

/** Bounded in all, and for each account: signatures are looked at where the account is, so anybody may fill the places of one. */
function forwardPlaces(): Enter {
  const all: UnderWay = { calls: 0, bytes: 0 }
  const each = new Map<string, UnderWay>()
  const change = (account: string, own: UnderWay, by: UnderWay): void => {
    for (const count of [all, own]) {
      count.calls += by.calls
      count.bytes += by.bytes
    }
    if (own.calls === 0) each.delete(account)
    else each.set(account, own)
  }
  return (account, bytes) => {
    const own = each.get(account) ?? { calls: 0, bytes: 0 }
    if (isFull(all, bytes, 1) || isFull(own, bytes, HOOKS_SHARE)) return undefined
    change(account, own, { calls: 1, bytes })
    return () => change(account, own, { calls: -1, bytes: -bytes })
  }
}

function isFull({ calls, bytes }: UnderWay, more: number, share: number): boolean {
  return calls >= share * HOOKS_FORWARDED || bytes + more > share * HOOK_BYTES_FORWARDED
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
