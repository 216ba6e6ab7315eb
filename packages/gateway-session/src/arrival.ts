import type {
  Admission,
  Arrival,
  MayAsk,
  ProvenDevice,
  RedeemSetupOutcome,
} from '@openclaw/device-pairing'
import type { Presented } from './credentials.ts'
import { isLocal } from './facts.ts'
import type { ConnectCase } from './verdict.ts'

/** What a setup code was worth. `locked`: it was not looked at; `nodes-only`: nor here, for no operator asks with one. */
export type SetupAnswer = RedeemSetupOutcome['outcome'] | 'locked' | 'nodes-only'

/** What became of a proven device. */
export interface Arrived {
  readonly admission: Admission
  /** What it showed let it ask. */
  readonly isAsked: boolean
  /** `undefined` where no setup code was needed, or none was shown. */
  readonly setup: SetupAnswer | undefined
}

/** By what the device has and what lets it ask; the secret of a setup code is looked at only where it is needed. */
export async function arrive(
  given: ConnectCase,
  device: ProvenDevice,
  presented: Presented,
): Promise<Arrived> {
  const { components, facts } = given
  const as = (mayAsk: MayAsk): Promise<Admission> => {
    const { address } = facts
    const { deviceToken } = presented
    const local = isLocal(facts)
    return components.devices.arrive({
      device,
      deviceToken,
      mayAsk,
      address,
      local,
    } satisfies Arrival)
  }
  const isRight = presented.shared === 'right'
  const admission = await as({ by: isRight ? 'shared-secret' : 'nothing' })
  const isOver = admission.outcome !== 'may-not-ask' && admission.outcome !== 'revoked'
  if (isRight || isOver) return { admission, isAsked: isRight, setup: undefined }
  const answer = await redeemed(given, device, presented.setupSecret)
  const { outcome: setup, setupId, retryAfterMs } = answer
  if (retryAfterMs !== undefined)
    return { admission: { outcome: 'resting', retryAfterMs }, isAsked: false, setup }
  if (setupId === undefined) return { admission, isAsked: false, setup }
  // One that is over may be so by the approval of this very device, or a rejection; and what it asked before may wait still.
  const second = await as({ by: 'setup-code', setupId })
  return { admission: second, isAsked: setup === 'redeemed', setup }
}

interface Redeemed {
  readonly outcome: SetupAnswer | undefined
  readonly setupId?: string
  /** The owner rejected this key, and for so long it asks with nothing. */
  readonly retryAfterMs?: number
}

/** A code that this gateway made is no guess, whatever became of it; in the place of another secret it is a guess at that. */
async function redeemed(
  { components, connect, attempts, facts }: ConnectCase,
  device: ProvenDevice,
  secret: string | undefined,
): Promise<Redeemed> {
  if (secret === undefined) return { outcome: undefined }
  if (device.role !== 'node') return { outcome: 'nodes-only' }
  const attempt = attempts.begin('setup-code', facts.limitKey)
  if (attempt === undefined) return { outcome: 'locked' }
  try {
    const answer = await components.devices.setup.redeem(secret, device.deviceId)
    const isInItsPlace = secret === connect.params.auth?.bootstrapToken
    if (answer.outcome === 'unknown' && isInItsPlace) attempt.failed()
    return answer
  } finally {
    attempt.settled()
  }
}

/** True when the secret was one that this gateway made for a setup code. */
export function isOurCode(setup: SetupAnswer | undefined): boolean {
  return setup !== undefined && !NO_CODE.has(setup)
}

const NO_CODE: ReadonlySet<SetupAnswer> = new Set(['unknown', 'locked', 'nodes-only'])
