import type { Denied } from '@openclaw/dm-pairing'
import type { NodePairing } from '@openclaw/pairing/node'
import type { Actor } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { RefusedError } from '../errors.ts'
import { warn, warnConfig, warnFiles } from './warnings.ts'

/** How a command opens the state: `read` creates nothing on disk; `glance` does not check again what was checked when it was written. */
export type SessionMode = 'glance' | 'read' | 'write'

/** The state directory opened for one command. */
export interface Session {
  readonly pairing: NodePairing
  readonly people: NodePairing['people']
  /** Whoever owns the state directory. */
  readonly actor: Actor
  readonly now: () => number
}

/** Opens the state, works on it, and closes it: the mission's files are written before the command ends. */
export async function withSession<R>(
  call: Call,
  mode: SessionMode,
  work: (session: Session) => Promise<R>,
): Promise<R> {
  const { openPairing } = await import('./open.ts')
  const { env, program, user, now } = call.world
  const profile = call.profile === undefined ? {} : { profile: call.profile }
  // An owner can always list and decide, whatever stands in the configuration.
  const how =
    mode === 'glance' ? ({ mode: 'read', trustVerified: true, only: 'people' } as const) : { mode }
  const pairing = await openPairing({ env, ...how, program, config: 'any', ...profile })
  // nobody writes down who only looked
  const actor = { kind: 'root', user: mode === 'glance' ? '' : user() } as const
  const session = { pairing, people: pairing.people, actor, now }
  // Who writes has read before.
  if (mode !== 'write') warnConfig(call, pairing.config())
  try {
    return await work(session)
  } finally {
    await finish(call, pairing)
  }
}

/** What is decided is in the journal and holds; if a file that others read is behind, the owner should know. */
async function finish(call: Call, pairing: NodePairing): Promise<void> {
  try {
    await pairing.close()
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    warn(call, { problem, fix: 'openclaw doctor' })
  }
  warnFiles(call, pairing.store.health().documents)
}

/** Takes a refusal of the authority function out of an answer. */
export function granted<T extends object>(answer: T | Denied): T {
  if ('outcome' in answer && answer.outcome === 'denied') throw refused(answer as Denied)
  return answer as T
}

/** The error for a refusal of the authority function. */
export function refused({ code, why, fix }: Denied): RefusedError {
  return new RefusedError(code as `ERR_${string}`, why, { hint: fix })
}
