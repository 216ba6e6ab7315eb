import type { Call } from '../args/types.ts'
import type { ExitCode } from '../exit-codes.ts'
import { findWaiting, type WantedRequest } from './find.ts'
import { type DeviceSession, withDevices } from './session.ts'
import type { NamedRequest } from './words.ts'

/** How a request of a device is decided. */
export interface DeviceDecision<Choice> {
  /** Shows the request and asks, where somebody can be asked; throws where the answer is no. */
  readonly choose: (request: NamedRequest) => Promise<Choice>
  readonly act: (session: DeviceSession, request: NamedRequest, choice: Choice) => Promise<ExitCode>
}

/** Finds the request that was named, lets it be looked at, and opens the state for writing only then: a wrong id creates nothing on disk. */
export async function decideDevice<Choice>(
  call: Call,
  wanted: WantedRequest,
  { choose, act }: DeviceDecision<Choice>,
): Promise<ExitCode> {
  const request = await withDevices(call, 'read', (session) => findWaiting(session, wanted))
  const choice = await choose(request)
  return withDevices(call, 'write', (session) => act(session, request, choice))
}
