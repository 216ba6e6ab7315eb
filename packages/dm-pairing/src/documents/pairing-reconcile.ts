import type {
  ChannelAddress,
  DocumentDifference,
  DocumentRefusal,
  EpochMs,
} from '@openclaw/pairing-contracts'
import { EXPIRY, OUTSIDE } from '../actors.ts'
import { REQUESTS, SENDERS } from '../collections.ts'
import { isGranted, isOver } from '../expiry.ts'
import { DEFAULT_ACCOUNT, isAccountId, senderAt, senderKeyOf } from '../keys.ts'
import { PENDING_CAP_2026_2, REJECTED_REST_MS } from '../limits.ts'
import { restPerson } from '../people.ts'
import { pruneSettled, settle } from '../settle.ts'
import { later } from '../times.ts'
import { checkPairing, type PairingEntry, readPairing } from './pairing-json.ts'
import { type Asking, lastSeenOf, type PairingIntake, takeIn } from './pairing-take-in.ts'

/** Takes over what another program did to a pairing file: requests that went, requests that came, facts that changed. */
export async function reconcilePairing(
  intake: PairingIntake,
  { name, before, after }: DocumentDifference,
): Promise<readonly DocumentRefusal[]> {
  checkPairing(name.fileName, after)
  const refusals: DocumentRefusal[] = []
  const old = readAsking(intake, readPairing(before)).asking
  const now = readAsking(intake, readPairing(after))
  refusals.push(...now.refusals)
  const gone = [...old.values()].filter((asking) => !isSame(now.asking, asking))
  const pruned = old.size > PENDING_CAP_2026_2 && now.asking.size <= PENDING_CAP_2026_2
  for (const asking of gone) {
    const replaced = now.asking.has(senderKeyOf(asking.sender))
    const refusal = await takeAway(intake, asking, { pruned, replaced })
    if (refusal) refusals.push(refusal)
  }
  for (const [key, asking] of now.asking) {
    const known = old.get(key)
    const refusal =
      known && isSame(old, asking)
        ? await refresh(intake, asking, known.entry)
        : await takeIn(intake, asking)
    if (refusal) refusals.push(refusal)
  }
  for (const account of accountsOf(intake.home, [...old.values(), ...now.asking.values()])) {
    await pruneSettled(intake.tx, account)
  }
  return refusals
}

function isSame(others: ReadonlyMap<string, Asking>, { sender, entry }: Asking): boolean {
  return others.get(senderKeyOf(sender))?.entry.code === entry.code
}

function accountsOf(home: ChannelAddress, asking: readonly Asking[]): readonly ChannelAddress[] {
  const byAccount = new Map(
    [home, ...asking.map(({ sender }) => sender)].map((a) => [a.account, a]),
  )
  return [...byAccount.values()]
}

/** The requests by sender; of two of one sender the first counts. */
export function readAsking(
  { parts, home }: PairingIntake,
  entries: readonly PairingEntry[],
): { readonly asking: ReadonlyMap<string, Asking>; readonly refusals: readonly DocumentRefusal[] } {
  const asking = new Map<string, Asking>()
  const refusals: DocumentRefusal[] = []
  for (const entry of entries) {
    const account = accountOf(home, entry)
    const senderId = parts.senderOf(home.channel, entry.id)
    const at = { ...home, account: account ?? home.account }
    const key = senderId && senderKeyOf(senderAt(at, senderId))
    if (account === undefined) {
      refusals.push(
        parts.refusal({ ...at, senderId: entry.id }, 'its accountId is not that of the file'),
      )
    } else if (!senderId || !key) {
      refusals.push(
        parts.refusal({ ...at, senderId: entry.id }, 'this is not an id of this channel'),
      )
    } else if (asking.has(key)) {
      refusals.push(
        parts.refusal({ ...at, senderId: entry.id }, 'this sender stands in the file twice'),
      )
    } else {
      asking.set(key, { sender: senderAt(at, senderId), entry })
    }
  }
  return { asking, refusals }
}

/** 2026.2 keeps the requests of all accounts in the file of the default one. */
function accountOf(home: ChannelAddress, { accountId }: PairingEntry) {
  if (accountId === undefined || accountId === home.account) return home.account
  return home.account === DEFAULT_ACCOUNT && isAccountId(accountId) ? accountId : undefined
}

/** A request is not in the file any more: their CLI approved it, somebody deleted it, or 2026.2 made room. */
async function takeAway(
  { parts, tx }: PairingIntake,
  { sender, entry }: Asking,
  { pruned, replaced }: { readonly pruned: boolean; readonly replaced: boolean },
): Promise<DocumentRefusal | undefined> {
  const key = senderKeyOf(sender)
  const request = await tx.get(REQUESTS, key)
  if (request === undefined || request.code !== entry.code) return undefined
  if (isOver(request, tx.now)) {
    settle(tx, { sender, request }, { outcome: 'expired', by: EXPIRY })
    return undefined
  }
  if (isGranted(await tx.get(SENDERS, key), tx.now)) {
    settle(tx, { sender, request }, { outcome: 'approved', by: OUTSIDE })
    return undefined
  }
  if (replaced) {
    settle(tx, { sender, request }, { outcome: 'superseded', by: OUTSIDE })
    return undefined
  }
  if (pruned) {
    return parts.refusal(
      sender,
      'OpenClaw 2026.2 keeps 3 requests in this file; the request still waits',
    )
  }
  settle(tx, { sender, request }, { outcome: 'rejected', by: OUTSIDE })
  const until = (tx.now + REJECTED_REST_MS) as EpochMs
  restPerson(tx, { sender, request }, { requestId: request.requestId, until })
  return undefined
}

/** A request that was there before: what is known of its sender may have changed, its life never does. */
async function refresh(
  { parts, tx }: PairingIntake,
  { sender, entry }: Asking,
  before: PairingEntry,
): Promise<DocumentRefusal | undefined> {
  const key = senderKeyOf(sender)
  const request = await tx.get(REQUESTS, key)
  if (request === undefined || request.code !== entry.code) return undefined
  const sameMeta = JSON.stringify(entry.meta) === JSON.stringify(before.meta)
  const seen = lastSeenOf(entry, tx.now)
  tx.put(REQUESTS, key, {
    ...request,
    meta: sameMeta ? request.meta : entry.meta,
    lastSeenAt: later(seen, request.lastSeenAt),
  })
  if (entry.createdAt === before.createdAt) return undefined
  return parts.refusal(sender, 'the life of a request cannot be changed')
}
