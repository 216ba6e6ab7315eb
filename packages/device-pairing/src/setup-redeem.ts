import type { Entry, EpochMs, Transaction } from '@openclaw/pairing-contracts'
import { deviceActor } from './actors.ts'
import { isSameSecret } from './constant-time.ts'
import { RESTS, type RestRecord } from './ended-records.ts'
import { isResting } from './expiry.ts'
import { isDeviceId } from './identity.ts'
import { SETUP_BOUND_MS } from './limits.ts'
import { intentOf, type Parts } from './parts.ts'
import { SETUP_CODES, type SetupRecord, setupStateOf } from './setup-record.ts'
import type { RedeemSetupOutcome } from './setup-types.ts'
import { tokenHash } from './tokens.ts'

/** 32 bytes as base64url; nothing else is worth a hash. */
const FORM = /^[\w-]{43}$/

const UNKNOWN: RedeemSetupOutcome = { outcome: 'unknown' }

/**
 * Binds a setup code to the first key that shows its secret. Only that writes: a retry, a guess and one that is over do not.
 * A key that was rejected binds none while it rests, so that the code is left to the device that it is meant for.
 */
export async function redeemSetup(
  parts: Parts,
  secret: string,
  deviceId: string,
): Promise<RedeemSetupOutcome> {
  const found = isDeviceId(deviceId) ? findBySecret(parts, secret) : undefined
  if (found === undefined) return UNKNOWN
  const now = parts.clock.now()
  const rest = parts.views.rests().get(deviceId)
  const seen = answerTo(parts, found, { deviceId, rest, now })
  if (seen !== 'unbound') return seen
  const intent = intentOf(deviceActor(deviceId, 'node'), 'setup.bind')
  return parts.store.transact(intent, (tx) => bind(parts, tx, { setupId: found.key, deviceId }))
}

/** Every hash is compared, and in the same time. */
function findBySecret(
  { views, sha256 }: Pick<Parts, 'views' | 'sha256'>,
  secret: string,
): Entry<SetupRecord> | undefined {
  if (!FORM.test(secret)) return undefined
  const hash = tokenHash(sha256, secret)
  const [found] = views
    .setupCodes()
    .entries('')
    .filter(({ value }) => isSameSecret(hash, value.hash))
  return found
}

async function bind(
  parts: Parts,
  tx: Transaction,
  { setupId, deviceId }: { readonly setupId: string; readonly deviceId: string },
): Promise<RedeemSetupOutcome> {
  const record = await tx.get(SETUP_CODES, setupId)
  if (record === undefined) return UNKNOWN
  const rest = await tx.get(RESTS, deviceId)
  const found = { key: setupId, value: record }
  const answer = answerTo(parts, found, { deviceId, rest, now: tx.now })
  if (answer !== 'unbound') return answer
  const expiresAt = (tx.now + SETUP_BOUND_MS) as EpochMs
  tx.put(SETUP_CODES, setupId, { ...record, deviceId, boundAt: tx.now, expiresAt })
  tx.note({ setupId, deviceId })
  return { outcome: 'redeemed', setupId }
}

interface Shower {
  readonly deviceId: string
  readonly rest: RestRecord | undefined
  readonly now: EpochMs
}

function answerTo(
  { isOwner }: Pick<Parts, 'isOwner'>,
  { key: setupId, value }: Entry<SetupRecord>,
  { deviceId, rest, now }: Shower,
): RedeemSetupOutcome | 'unbound' {
  const state = setupStateOf(value, now)
  if (state === 'unbound') {
    const { createdBy } = value
    // What somebody made who decides no more is worth as much as if they had taken it back.
    if (createdBy.kind === 'owner' && isOwner?.(createdBy) === false)
      return { outcome: 'withdrawn', setupId }
    return isResting(rest, now)
      ? { outcome: 'resting', setupId, retryAfterMs: rest.until - now }
      : state
  }
  const isTheirs = state === 'bound' && value.deviceId === deviceId
  return { outcome: isTheirs ? 'redeemed' : state, setupId }
}
