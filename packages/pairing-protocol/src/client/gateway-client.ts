import type { OpenClawError } from '@openclaw/pairing-contracts'
import type { HelloOk } from '../connect.ts'
import { type AttemptEvents, type Attempts, attempts } from './attempts.ts'
import type { ClientParts } from './client-parts.ts'
import type { GatewayClient } from './client-types.ts'
import { type EventHub, eventHub } from './event-hub.ts'
import { pauser } from './pauser.ts'
import { type Readiness, readiness } from './readiness.ts'
import { requester } from './requester.ts'
import { type StatusTeller, statusTeller } from './status-teller.ts'

/** Begins to connect, and keeps at it until it is closed or can never succeed. */
export function gatewayClient(parts: ClientParts): GatewayClient {
  const { options, ports, log } = parts
  const hub = eventHub(log)
  const ready = readiness(ports.timers)
  const told = statusTeller(options, log)
  const tries: Attempts = attempts(
    parts,
    attemptEvents({ parts, hub, ready, told, url: () => tries.url() }),
  )
  const waiting = pauser(ports.timers)
  const close = () => {
    waiting.stop()
    tries.stop()
  }
  if (options.signal?.aborted === true) close()
  options.signal?.addEventListener('abort', close)
  const stopped = untilItStops(tries, async (delayMs, problem) => {
    ready.hindered(problem)
    told.refused(problem)
    told.tell({ state: 'waiting', url: tries.url(), delayMs, problem })
    await waiting.pause(delayMs)
    told.tell({ state: 'connecting' })
  }).then((problem) => {
    options.signal?.removeEventListener('abort', close)
    ready.stop(problem)
    hub.close()
    told.tell({ state: 'stopped', problem })
    return problem
  })
  return {
    deviceId: options.identity.deviceId,
    ready: async (patience = {}) => withoutTokens((await ready.wait(patience)).hello),
    request: requester(ready, ports.timers),
    on: hub.on,
    events: hub.events,
    status: told.status,
    stopped,
    close: async () => {
      close()
      await stopped
    },
  }
}

interface EventParts {
  readonly parts: ClientParts
  readonly hub: EventHub
  readonly ready: Readiness
  readonly told: StatusTeller
  readonly url: () => string
}

function attemptEvents({ parts, hub, ready, told, url }: EventParts): AttemptEvents {
  return {
    ready: (link) => {
      told.pairingOver()
      ready.set(link)
      told.tell({ state: 'ready', url: url(), hello: withoutTokens(link.hello) })
    },
    gone: () => {
      ready.set(undefined)
      parts.onGone()
      if (told.status().state === 'ready') told.tell({ state: 'connecting' })
    },
    event: (frame, link) => {
      parts.onEvent(frame, link)
      hub.tell(frame)
    },
  }
}

async function untilItStops(
  tries: Attempts,
  wait: (delayMs: number, problem: OpenClawError) => Promise<void>,
): Promise<OpenClawError | undefined> {
  // The caller has its client in hand before the first thing is told.
  await Promise.resolve()
  while (true) {
    const verdict = await tries.next()
    if (verdict.next === 'stop') return verdict.problem
    await wait(verdict.delayMs, verdict.problem)
  }
}

/** What may be shown and logged: tokens are for the cache alone. */
function withoutTokens(hello: HelloOk): HelloOk {
  if (hello.auth === undefined) return hello
  const { deviceToken: _own, deviceTokens: _further, ...auth } = hello.auth
  return { ...hello, auth }
}
