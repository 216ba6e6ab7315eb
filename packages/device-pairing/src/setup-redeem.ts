import type { Entry, EpochMs, Transaction } from '@openclaw/pairing-contracts'
import { deviceActor } from './actors.ts'
import { isSameSecret } from './constant-time.ts'
import { isDeviceId } from './identity.ts'
import { SETUP_BOUND_MS } from './limits.ts'
import { intentOf, type Parts } from './parts.ts'
import { SETUP_CODES, type SetupRecord, setupStateOf } from './setup-record.ts'
import type { RedeemSetupOutcome } from './setup-types.ts'
import { tokenHash } from './tokens.ts'

/** 32 bytes as base64url; nothing else is worth a hash. */
const FORM = /^[\w-]{43}$/

const UNKNOWN: RedeemSetupOutcome = { outcome: 'unknown' }

/** Binds a setup code to the first key that shows its secret. Only that writes: a retry, a guess and one that is over do not. */
export async function redeemSetup(
  parts: Parts,
  secret: string,
  deviceId: string,
): Promise<RedeemSetupOutcome> {
  const found = isDeviceId(deviceId) ? findBySecret(parts, secret) : undefined
  if (found === undefined) return UNKNOWN
  const seen = answerTo(deviceId, found, parts.clock.now())
  if (seen !== 'unbound') return seen
  const intent = intentOf(deviceActor(deviceId, 'node'), 'setup.bind')
  return parts.store.transact(intent, (tx) => bind(tx, found.key, deviceId))
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
  tx: Transaction,
  setupId: string,
  deviceId: string,
): Promise<RedeemSetupOutcome> {
  const record = await tx.get(SETUP_CODES, setupId)
  if (record === undefined) return UNKNOWN
  const answer = answerTo(deviceId, { key: setupId, value: record }, tx.now)
  if (answer !== 'unbound') return answer
  const expiresAt = (tx.now + SETUP_BOUND_MS) as EpochMs
  tx.put(SETUP_CODES, setupId, { ...record, deviceId, boundAt: tx.now, expiresAt })
  tx.note({ setupId, deviceId })
  return { outcome: 'redeemed', setupId }
}

function answerTo(
  deviceId: string,
  { key: setupId, value }: Entry<SetupRecord>,
  now: EpochMs,
): RedeemSetupOutcome | 'unbound' {
  const state = setupStateOf(value, now)
  if (state === 'unbound') return state
  const isTheirs = state === 'bound' && value.deviceId === deviceId
  return { outcome: isTheirs ? 'redeemed' : state, setupId }
}
