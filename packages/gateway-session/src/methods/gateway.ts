import type { HealthReport } from '@openclaw/pairing-protocol'
import type { Hub } from '../hub.ts'
import type { Identity } from '../peer.ts'
import { holdsScope } from '../scopes.ts'
import { done, failed, type MethodRow, method } from './method.ts'

/** About the gateway itself. */
export const GATEWAY_METHODS: readonly MethodRow[] = [
  method('health', 'anybody', ({ hub, identity }) => ({ result: healthFor(hub, identity) })),
  method('system-presence', 'operator.read', ({ hub }) => ({ result: hub.presence.list() })),
  {
    name: 'status',
    audience: 'operator.read',
    run: ({ hub }, params) => {
      const isEmpty = Object.keys(params ?? {}).length === 0
      return isEmpty ? done(status(hub)) : failed('PARAMS_INVALID', { about: 'expected none' })
    },
  },
]

/** Operators who may read hear all of it; anybody else, that the gateway lives. */
export function healthFor(
  { components }: Pick<Hub, 'components'>,
  { role, scopes }: Pick<Identity, 'role' | 'scopes'>,
): HealthReport {
  const report = components.health?.() ?? { ok: true, ts: components.clock.now() }
  const mayRead = role === 'operator' && holdsScope(scopes, 'operator.read')
  return mayRead ? report : { ok: report.ok, ts: report.ts }
}

/** Result of `status`. */
interface Status {
  readonly ts: number
  readonly version: string
  readonly uptimeMs: number
  readonly operators: number
  readonly nodes: number
  readonly pendingInvokes: number
}

function status({ components, live, options, pending, startedAt }: Hub): Status {
  const ts = components.clock.now()
  return {
    ts,
    version: options.version,
    uptimeMs: Math.max(0, ts - startedAt),
    operators: live.count('operator'),
    nodes: live.count('node'),
    pendingInvokes: pending.size(),
  }
}
