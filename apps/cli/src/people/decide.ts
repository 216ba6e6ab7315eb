import { existsSync } from 'node:fs'
import type { PendingRequest } from '@openclaw/dm-pairing'
import type { Call } from '../args/types.ts'
import type { ExitCode } from '../exit-codes.ts'
import { findRequest, notPending, type Wanted } from './find.ts'
import { readReference } from './reference.ts'
import { type Session, withWaiting } from './session.ts'

/** A request that somebody named, to be decided about. */
export interface Decision {
  readonly session: Session
  readonly request: PendingRequest
  readonly wanted: Wanted
}

/**
 * Finds the request that the command line names and hands it on with the state opened for writing. A wrong channel, or
 * a code where there is no state yet, creates nothing on disk.
 */
export async function decide(
  call: Call,
  verb: 'approve' | 'reject',
  work: (decision: Decision) => Promise<ExitCode>,
): Promise<ExitCode> {
  const wanted = await withWaiting(call, 'read', async (session) => {
    const reference = await readReference(session, call, verb)
    const { paths, store } = session.config()
    const isUnused = store.kind === 'files' && !existsSync(paths.stateDir)
    if (isUnused) throw notPending({ outcome: 'unknown', elsewhere: [] }, reference)
    return reference
  })
  return withWaiting(call, 'write', async (session) => {
    const request = await findRequest(session, wanted)
    return work({ session, request, wanted })
  })
}
