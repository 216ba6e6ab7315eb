import { actorKey } from '@openclaw/pairing-authority'
import type { Actor, Entry, EpochMs, Transaction } from '@openclaw/pairing-contracts'
import { MAX_LIVE_SETUP_CODES, MAX_LIVE_SETUP_CODES_OF_ONE, SETUP_UNBOUND_MS } from './limits.ts'
import { intentOf, type Parts } from './parts.ts'
import { drawRequestId } from './request-id.ts'
import { expireSetupCodes, pruneSetupCodes } from './setup-ends.ts'
import {
  endedSetup,
  isSetupLive,
  SETUP_CODES,
  type SetupRecord,
  setupStateOf,
  toSetupCode,
} from './setup-record.ts'
import type { CreateSetupOutcome } from './setup-types.ts'
import { mintToken } from './tokens.ts'
import { denied, deniedNow } from './verbs.ts'

/** Makes a setup code. */
export async function createSetup(parts: Parts, actor: Actor): Promise<CreateSetupOutcome> {
  const refused = denied({ actor, action: 'setup.create' })
  if (refused) return refused
  return parts.store.transact(intentOf(actor, 'setup.create'), async (tx) => {
    const refusedNow = deniedNow(parts, { actor, action: 'setup.create' })
    if (refusedNow) return refusedNow
    await expireSetupCodes(tx)
    const live = (await tx.list(SETUP_CODES, '')).filter(({ value }) => isSetupLive(value, tx.now))
    const replaced = replacedBy(actor, live, tx.now)
    const full = fullFor(
      actor,
      live.filter((each) => !replaced.includes(each)),
    )
    if (full) return full
    for (const { key, value } of replaced) {
      tx.put(SETUP_CODES, key, endedSetup(value, 'withdrawn', { at: tx.now, by: actor }))
    }
    return made(parts, tx, actor)
  })
}

/** An owner has one code at a time: what they made before and nobody used is lost in the chat above. */
function replacedBy(
  actor: Actor,
  live: readonly Entry<SetupRecord>[],
  now: EpochMs,
): readonly Entry<SetupRecord>[] {
  if (actor.kind !== 'owner') return []
  return live.filter(({ value }) => isOf(actor, value) && setupStateOf(value, now) === 'unbound')
}

function fullFor(
  actor: Actor,
  live: readonly Entry<SetupRecord>[],
): Extract<CreateSetupOutcome, { readonly outcome: 'full' }> | undefined {
  const own = live.filter(({ value }) => isOf(actor, value)).length
  if (own >= MAX_LIVE_SETUP_CODES_OF_ONE) return { outcome: 'full', live: own }
  return live.length >= MAX_LIVE_SETUP_CODES ? { outcome: 'full', live: live.length } : undefined
}

function isOf(actor: Actor, { createdBy }: SetupRecord): boolean {
  return actorKey(createdBy) === actorKey(actor)
}

async function made(parts: Parts, tx: Transaction, actor: Actor): Promise<CreateSetupOutcome> {
  const { token, hash } = mintToken(parts.random, parts.sha256)
  const setupId = drawRequestId(parts.random, 'setup')
  const expiresAt = (tx.now + SETUP_UNBOUND_MS) as EpochMs
  const record: SetupRecord = { hash, createdAt: tx.now, expiresAt, createdBy: actor }
  tx.put(SETUP_CODES, setupId, record)
  await pruneSetupCodes(tx)
  tx.note({ setupId })
  return { outcome: 'created', setup: toSetupCode(setupId, record, tx.now), secret: token }
}
