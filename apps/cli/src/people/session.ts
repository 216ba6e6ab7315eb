import type { NodePairing, OpenOptions } from '@openclaw/pairing/node'
import type { Actor } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { RefusedError } from '../errors.ts'
import { warn, warnConfig, warnFiles } from './warnings.ts'

/**
 * How a command opens the state: `read` creates nothing on disk; `glance` does not check again either what was checked
 * when it was written, and `glance-people` does not look at the files of devices.
 */
export type SessionMode = 'glance' | 'glance-people' | 'read' | 'write'

/** The state directory opened for one command. */
export interface Session {
  readonly pairing: NodePairing
  readonly people: NodePairing['people']
  /** Whoever owns the state directory. */
  readonly actor: Actor
  readonly now: () => number
}

const HOW: Readonly<Record<SessionMode, OpenOptions>> = {
  glance: { mode: 'read', trustVerified: true },
  'glance-people': { mode: 'read', trustVerified: true, only: 'people' },
  read: { mode: 'read' },
  write: { mode: 'write' },
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
  const pairing = await openPairing({ env, ...HOW[mode], program, config: 'any', ...profile })
  // nobody writes down who only looked
  const actor = { kind: 'root', user: mode.startsWith('glance') ? '' : user() } as const
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

/** What the authority function refuses. */
export interface Denied {
  readonly outcome: 'denied'
  readonly code: string
  readonly why: string
  readonly fix: string
}

/** Takes a refusal of the authority function out of an answer. */
export function granted<T extends object>(answer: T): Exclude<T, Pick<Denied, 'outcome'>> {
  if ('outcome' in answer && answer.outcome === 'denied') throw refused(answer as unknown as Denied)
  return answer as Exclude<T, Pick<Denied, 'outcome'>>
}

/** The error for a refusal of the authority function. */
export function refused({ code, why, fix }: Denied): RefusedError {
  return new RefusedError(code as `ERR_${string}`, why, { hint: fix })
}
