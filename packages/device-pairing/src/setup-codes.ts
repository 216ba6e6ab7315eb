import type { Actor } from '@openclaw/pairing-contracts'
import type { Denied } from './owner-types.ts'
import { intentOf, type Parts } from './parts.ts'
import { createSetup } from './setup-create.ts'
import { endedSetup, isSetupLive, SETUP_CODES, toSetupCode } from './setup-record.ts'
import { redeemSetup } from './setup-redeem.ts'
import type { SetupCode, SetupCodes, WithdrawSetupOutcome } from './setup-types.ts'
import { denied, deniedNow } from './verbs.ts'

/** The setup codes of a store. */
export function setupCodes(parts: Parts): SetupCodes {
  return {
    create: (actor) => createSetup(parts, actor),
    redeem: (secret, deviceId) => redeemSetup(parts, secret, deviceId),
    list: async (actor) => listSetup(parts, actor),
    withdraw: (actor, setupId) => withdrawSetup(parts, actor, setupId),
  }
}

function listSetup(
  { clock, views }: Pick<Parts, 'clock' | 'views'>,
  actor: Actor,
): readonly SetupCode[] | Denied {
  const refused = denied({ actor, action: 'setup.list' })
  if (refused) return refused
  const now = clock.now()
  return views
    .setupCodes()
    .entries('')
    .map(({ key, value }) => toSetupCode(key, value, now))
    .sort((a, b) => b.createdAt - a.createdAt)
}

async function withdrawSetup(
  parts: Pick<Parts, 'store' | 'isOwner'>,
  actor: Actor,
  setupId: string,
): Promise<WithdrawSetupOutcome> {
  const refused = denied({ actor, action: 'setup.withdraw' })
  if (refused) return refused
  return parts.store.transact(intentOf(actor, 'setup.withdraw'), async (tx) => {
    const refusedNow = deniedNow(parts, { actor, action: 'setup.withdraw' })
    if (refusedNow) return refusedNow
    const record = await tx.get(SETUP_CODES, setupId)
    if (record === undefined) return { outcome: 'unknown' }
    if (!isSetupLive(record, tx.now)) {
      return { outcome: 'over', setup: toSetupCode(setupId, record, tx.now) }
    }
    const ended = endedSetup(record, 'withdrawn', { at: tx.now, by: actor })
    tx.put(SETUP_CODES, setupId, ended)
    tx.note({ setupId })
    return { outcome: 'withdrawn', setup: toSetupCode(setupId, ended, tx.now) }
  })
}
