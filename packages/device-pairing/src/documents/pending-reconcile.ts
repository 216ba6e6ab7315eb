import { describeActor } from '@openclaw/pairing-authority'
import type {
  DocumentDifference,
  DocumentRefusal,
  EpochMs,
  Json,
} from '@openclaw/pairing-contracts'
import { covers } from '../access.ts'
import { EXPIRY, isOutside, OUTSIDE } from '../actors.ts'
import { DEVICES, REQUESTS, type RequestRecord, SETTLED } from '../collections.ts'
import { RESTS } from '../ended-records.ts'
import { expiresAt, isOver, isResting, restAfter } from '../expiry.ts'
import { optional } from '../fields.ts'
import { isLive } from '../judge.ts'
import { roleKeyOf } from '../keys.ts'
import { DEFAULT_MAX_WAITING } from '../limits.ts'
import { pruneSettled, settle } from '../settle.ts'
import { isoTime } from '../text.ts'
import type { RequestReason } from '../types.ts'
import type { Intake } from './paired-reconcile.ts'
import { checkPending, type FileRequest, readPending } from './pending-json.ts'
import { entriesOf } from './shape.ts'

/** Takes over what another program did to the list of waiting devices: requests that went and requests that came. */
export async function reconcilePending(
  intake: Intake,
  { name, before, after }: DocumentDifference,
): Promise<readonly DocumentRefusal[]> {
  checkPending(name.fileName, after)
  const old = requestsIn(intake, before).requests
  const now = requestsIn(intake, after)
  const refusals = [...now.refusals]
  for (const [requestId, request] of old) {
    if (!now.listed.has(requestId)) await takeAway(intake, request)
  }
  for (const [requestId, request] of now.requests) {
    const why = old.has(requestId) ? undefined : await takeIn(intake, request)
    if (why !== undefined) refusals.push(intake.parts.refusal(`request ${requestId}`, why))
  }
  await pruneSettled(intake.tx)
  return refusals
}

function requestsIn({ parts, tx }: Intake, json: Json | undefined) {
  const requests = new Map<string, FileRequest>()
  const refusals: DocumentRefusal[] = []
  const listed = new Set<string>()
  for (const pair of entriesOf(json)) {
    listed.add(pair[0])
    const request = readPending(parts, pair, tx.now)
    if (typeof request === 'string') refusals.push(parts.refusal(`request ${pair[0]}`, request))
    else requests.set(pair[0], request)
  }
  return { requests, listed, refusals }
}

/** A request is not in the file any more: its time was over, another program approved it, or somebody took it out. */
async function takeAway({ tx }: Intake, gone: FileRequest): Promise<void> {
  const key = roleKeyOf(gone)
  const request = await tx.get(REQUESTS, key)
  if (request === undefined || request.requestId !== gone.requestId) return
  // such are not in the file: nobody took it out there
  if (request.reason === 'command-upgrade') return
  if (isOver(request, tx.now)) {
    await settle(tx, { key, request }, { outcome: 'expired', by: EXPIRY })
    return
  }
  const grant = (await tx.get(DEVICES, gone.deviceId))?.grants[gone.role]
  const outcome = isLive(grant) && covers(grant, request) ? 'approved' : 'rejected'
  await settle(tx, { key, request }, { outcome, by: OUTSIDE })
  if (outcome === 'approved') return
  const { key: restKey, rest } = restAfter(gone.deviceId, request, { at: tx.now, by: OUTSIDE })
  tx.put(RESTS, restKey, rest)
}

/** Why a request that another program put into the file does not wait; `undefined`: it does, or its time was over. */
async function takeIn({ tx }: Intake, come: FileRequest): Promise<string | undefined> {
  const key = roleKeyOf(come)
  const known = await tx.get(REQUESTS, key)
  if (known?.requestId === come.requestId) return undefined
  const settled = await tx.get(SETTLED, come.requestId)
  if (settled) {
    return settled.outcome === 'expired'
      ? undefined
      : `it was ${settled.outcome} at ${isoTime(settled.at)} by ${describeActor(settled.by)}`
  }
  const reason = await reasonOf({ tx }, come)
  if (reason === undefined) return undefined
  const request = recordOf(come, { now: tx.now, reason })
  if (come.askedAt === undefined || isOver(request, tx.now)) {
    const { deviceId, role } = come
    const at = Math.min(expiresAt(request), tx.now) as EpochMs
    tx.put(SETTLED, come.requestId, { deviceId, role, outcome: 'expired', at, by: EXPIRY })
    return undefined
  }
  if (known && !isOver(known, tx.now)) return 'this device waits already, with another request'
  const rest = await tx.get(RESTS, come.deviceId)
  if (isResting(rest, tx.now) && !isOutside(rest.by)) {
    return `rejected, and may ask again at ${isoTime(rest.until)}`
  }
  const waiting = await tx.list(REQUESTS, '')
  if (waiting.length >= DEFAULT_MAX_WAITING) return 'as many requests wait as may'
  tx.put(REQUESTS, key, request)
  return undefined
}

/** Why it has to wait; `undefined` for what it has already. */
async function reasonOf(
  { tx }: Pick<Intake, 'tx'>,
  come: FileRequest,
): Promise<RequestReason | undefined> {
  const record = await tx.get(DEVICES, come.deviceId)
  if (record === undefined) return 'not-paired'
  const grant = record.grants[come.role]
  if (!isLive(grant)) return 'role-upgrade'
  return covers(grant, { scopes: come.scopes, commands: [] }) ? undefined : 'scope-upgrade'
}

function recordOf(
  { publicKey, description, scopes, requestId, askedAt, address }: FileRequest,
  { now, reason }: { readonly now: EpochMs; readonly reason: RequestReason },
): RequestRecord {
  return {
    requestId,
    publicKey,
    description,
    scopes,
    commands: [],
    createdAt: askedAt ?? now,
    lastAskedAt: askedAt ?? now,
    askedBy: 'shared-secret',
    reason,
    widened: 0,
    ...optional('address', address),
  }
}
