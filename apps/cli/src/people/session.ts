import type { NodePairing, ReadOptions } from '@openclaw/pairing/node'
import type { Actor } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { RefusedError } from '../errors.ts'
import { assertSameStore, warnOtherStore } from './same-store.ts'
import { warn, warnConfig, warnFiles, warnUnmerged } from './warnings.ts'

/** How a command opens the state: `read` creates nothing on disk. */
export type SessionMode = 'read' | 'write'

/** What a page about people is made of. */
export interface PeoplePage {
  readonly people: NodePairing['people']
  readonly config: NodePairing['config']
  /** Whoever owns the state directory. */
  readonly actor: Actor
  readonly now: () => number
}

/** The state directory opened for one command. */
export interface Session extends PeoplePage {
  readonly pairing: NodePairing
}

/** Whoever only looks: nobody writes down that they did. */
export const LOOKER: Actor = { kind: 'root', user: '' }

/** Opens the state, works on it, and closes it: the mission's files are written before the command ends. */
export function withSession<R>(
  call: Call,
  mode: SessionMode,
  work: (session: Session) => Promise<R>,
): Promise<R> {
  return within(call, { mode, load: 'everything' }, work)
}

/** As {@link withSession}, for those who wait and for devices: of a database nothing else is loaded. */
export function withWaiting<R>(
  call: Call,
  mode: SessionMode,
  work: (session: Session) => Promise<R>,
): Promise<R> {
  return within(call, { mode, load: 'waiting' }, work)
}

interface Wish {
  readonly mode: SessionMode
  readonly load: 'everything' | 'waiting'
}

async function within<R>(
  call: Call,
  { mode, load }: Wish,
  work: (session: Session) => Promise<R>,
): Promise<R> {
  await assertSameStore(call)
  const { openPairing } = await import('./open.ts')
  const pairing = await openPairing({ ...stateOf(call, load), mode })
  const { people, config } = pairing
  const actor: Actor = { kind: 'root', user: call.world.user() }
  // Who writes has read before.
  if (mode === 'read') warnConfig(call, config())
  else warnUnmerged(call, pairing)
  await warnPlace(call, pairing)
  return closing(call, pairing, () => work({ pairing, people, config, actor, now: call.world.now }))
}

/** Opens what a list of people needs, shows it, and closes it. */
export async function withPeople<R>(
  call: Call,
  work: (page: PeoplePage) => Promise<R>,
): Promise<R> {
  await assertSameStore(call)
  const { readPeople } = await import('./read.ts')
  const state = await readPeople(stateOf(call, 'waiting'))
  const { people, config } = state
  warnConfig(call, config())
  await warnPlace(call, state)
  return closing(call, state, () => work({ people, config, actor: LOOKER, now: call.world.now }))
}

/** Where the state of this call lies; an owner can always list and decide, whatever stands in the configuration. */
export function stateOf(
  { world, program, profile }: Call,
  load: 'everything' | 'waiting',
): ReadOptions {
  const named = profile === undefined ? {} : { profile }
  const database = { by: 'command', load } as const
  return { env: world.env, program, config: 'any', database, ...named }
}

/** Tells where decisions go that the gateway of this machine does not see. */
export async function warnPlace(
  call: Call,
  { backend }: Pick<NodePairing, 'backend'>,
): Promise<void> {
  if (backend.kind === 'postgres') await warnOtherStore(call, backend.store.where)
}

/** Works on what is open, and closes it whatever comes. */
export async function closing<R>(
  call: Call,
  state: Pick<NodePairing, 'backend' | 'close'>,
  work: () => Promise<R>,
): Promise<R> {
  try {
    return await work()
  } finally {
    await finish(call, state)
  }
}

/** What is decided is in the journal and holds; if a file that others read is behind, the owner should know. */
async function finish(
  call: Call,
  { backend, close }: Pick<NodePairing, 'backend' | 'close'>,
): Promise<void> {
  try {
    await close()
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    warn(call, { problem, fix: 'openclaw doctor' })
  }
  if (backend.kind === 'files') warnFiles(call, backend.store.health().documents)
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
