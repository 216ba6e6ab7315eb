import type { OpenClawError, RandomBytes } from '@openclaw/pairing-contracts'
import type { WireError } from '../frame.ts'
import { approvalDelay, backoff, restartDelay } from './backoff.ts'
import type { SignatureVersion } from './connect-params.ts'
import type { Offer } from './credentials.ts'
import { MAX_RETRY_AFTER_MS, MAX_RETRY_MS, STABLE_MS } from './limits.ts'
import { GatewayRefused } from './request-errors.ts'
import type { Ending } from './session.ts'

/** What a client remembers from try to try. */
export interface Memory {
  /** Tries in a row that came to nothing. */
  readonly failures: number
  /** Addresses in a row that were not reached, of one round through all of them. */
  readonly unreached: number
  /** Times in a row that the owner had not decided yet. */
  readonly asked: number
  /** The device token that was refused last; not shown again. */
  readonly refusedToken: string | undefined
  /** The version that worked last, or that is tried because the other was refused. */
  readonly signature: SignatureVersion | undefined
  /** A version that was refused since the last `hello-ok`. */
  readonly refusedSignature: SignatureVersion | undefined
}

/** Nothing yet. */
export const NO_MEMORY: Memory = {
  failures: 0,
  unreached: 0,
  asked: 0,
  refusedToken: undefined,
  signature: undefined,
  refusedSignature: undefined,
}

/** After a `hello-ok`: what worked is known, what was refused is forgotten. */
export function welcomed(memory: Memory, { signature }: Shown): Memory {
  return {
    ...memory,
    unreached: 0,
    asked: 0,
    refusedToken: undefined,
    refusedSignature: undefined,
    signature,
  }
}

/** What a try showed. */
export interface Shown {
  readonly offer: Offer
  readonly signature: SignatureVersion
}

/** What follows from the end of a connection. */
export type Verdict =
  | { readonly next: 'stop'; readonly problem: OpenClawError | undefined }
  | {
      readonly next: 'retry'
      readonly delayMs: number
      readonly problem: OpenClawError
      readonly memory: Memory
      /** A device token that is worth nothing any more. */
      readonly drop?: string
    }

/** A try, and what was known before it. */
export interface Tried {
  readonly memory: Memory
  readonly shown: Shown
  /** Addresses there are. */
  readonly places: number
}

/** Whether and when to try again, by how a connection ended. Pure. */
export function decide(
  ending: Ending,
  { memory, shown, places }: Tried,
  randomBytes: RandomBytes,
): Verdict {
  if (ending.how === 'closed') return { next: 'stop', problem: undefined }
  if (ending.how === 'replaced') return { next: 'stop', problem: ending.problem }
  if (ending.how === 'refused') {
    const known = { ...memory, unreached: 0 }
    return afterRefusal(ending.error, { memory: known, shown }, randomBytes)
  }
  const unreached = memory.unreached + 1
  if (ending.how === 'failed' && unreached < places) {
    // There is somewhere else to look, and no reason to wait.
    const { problem } = ending
    return { next: 'retry', delayMs: 0, problem, memory: { ...memory, unreached } }
  }
  const failures = livedLong(ending) ? 1 : memory.failures + 1
  const regular = backoff(failures, randomBytes)
  const delayMs = restarts(ending, failures) ? restartWait(ending, randomBytes) : regular
  return {
    next: 'retry',
    delayMs,
    problem: ending.problem,
    memory: { ...memory, failures, unreached: 0 },
  }
}

type Ended = Extract<Ending, { how: 'failed' | 'lost' }>

function livedLong(ending: Ended): boolean {
  return ending.how === 'lost' && ending.livedMs >= STABLE_MS
}

/** A gateway that says "restart" again and again is treated like any other that fails. */
function restarts(ending: Ended, failures: number): boolean {
  const SERVICE_RESTART = 1012
  return ending.how === 'lost' && ending.problem.closeCode === SERVICE_RESTART && failures === 1
}

function restartWait(ending: Ended, randomBytes: RandomBytes): number {
  const expected = ending.how === 'lost' ? (ending.restartMs ?? 0) : 0
  return Math.min(Math.max(expected, 0), MAX_RETRY_MS) + restartDelay(randomBytes)
}

const OTHER_SIGNATURE = { v2: 'v3', v3: 'v2' } as const

/** Gateways refuse a version that they do not know like a wrong signature; the other one is tried once. */
function isUnknownSignature({ detailCode }: GatewayRefused, memory: Memory): boolean {
  return detailCode === 'DEVICE_AUTH_SIGNATURE_INVALID' && memory.refusedSignature === undefined
}

/** A request waits, and may be approved at any moment; one that was turned down, or found no room, has to wait. */
function isUndecided({ advice, detailCode = 'PAIRING_REQUIRED' }: GatewayRefused): boolean {
  return advice.action === 'wait-for-approval' && detailCode === 'PAIRING_REQUIRED'
}

function afterRefusal(
  error: WireError,
  { memory, shown }: { readonly memory: Memory; readonly shown: Shown },
  randomBytes: RandomBytes,
): Verdict {
  const problem = new GatewayRefused(error)
  const failures = memory.failures + 1
  const again = { next: 'retry', problem } as const
  if (isUnknownSignature(problem, memory)) {
    const refusedSignature = shown.signature
    const signature = OTHER_SIGNATURE[refusedSignature]
    const next = { ...memory, failures, signature, refusedSignature }
    return { ...again, delayMs: restartDelay(randomBytes), memory: next }
  }
  const { action, retryAfterMs = 0 } = problem.advice
  if (action === 'drop-device-token' || action === 'fix-credentials') {
    if (shown.offer.kind !== 'device-token') return { next: 'stop', problem }
    const { token } = shown.offer
    // A token that is only too narrow is still good for narrower connects.
    const drop = problem.detailCode === 'AUTH_SCOPE_MISMATCH' ? {} : { drop: token }
    const next = { ...memory, failures, refusedToken: token }
    return { ...again, ...drop, delayMs: restartDelay(randomBytes), memory: next }
  }
  if (action === 'fix-request') return { next: 'stop', problem }
  const wanted = Math.min(retryAfterMs, MAX_RETRY_AFTER_MS)
  if (isUndecided(problem)) {
    const asked = memory.asked + 1
    const delayMs = Math.max(approvalDelay(asked, randomBytes), wanted)
    return { ...again, delayMs, memory: { ...memory, asked } }
  }
  const delayMs = Math.max(backoff(failures, randomBytes), wanted)
  return { ...again, delayMs, memory: { ...memory, failures } }
}
