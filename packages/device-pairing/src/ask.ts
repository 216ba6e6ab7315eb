import { decide } from '@openclaw/pairing-authority'
import type { Entry, EpochMs, Transaction } from '@openclaw/pairing-contracts'
import { covers, union } from './access.ts'
import { deviceActor, FULL_LIST } from './actors.ts'
import { approveLocally, isLocalNode } from './approve-local.ts'
import { DEVICES, type DeviceRecord, REQUESTS, type RequestRecord } from './collections.ts'
import { isOneKind, shownDescription } from './description.ts'
import { RESTS, type RestRecord } from './ended-records.ts'
import { DeviceRequestRefused } from './errors.ts'
import { isOver, isResting, restKeyOf } from './expiry.ts'
import { optional } from './fields.ts'
import { heldOf, judge } from './judge.ts'
import { roleKeyOf } from './keys.ts'
import { MAX_ADDRESS, MAX_COMMANDS, MAX_SCOPES, MAX_WIDENED } from './limits.ts'
import { countTurnedAway, noteRetry } from './memory.ts'
import { intentOf, type Parts } from './parts.ts'
import { drawRequestId } from './request-id.ts'
import { waitingRecord, waitingRequests } from './retries.ts'
import { roomFor } from './room.ts'
import { linkSuccessor, pruneSettled, settle, settleExpired } from './settle.ts'
import { SETUP_CODES, servesKey } from './setup-record.ts'
import { toGrant, toRequest } from './shown.ts'
import type { Admission, DeviceRequest } from './types.ts'
import type { Wish } from './wish.ts'

/** What the store says about a wish. */
interface Situation {
  readonly rest: RestRecord | undefined
  /** Every request that is not over. */
  readonly waiting: readonly Entry<RequestRecord>[]
  readonly now: EpochMs
}

type Weighed =
  | Extract<Admission, { readonly outcome: 'full' | 'resting' }>
  | { readonly outcome: 'waits'; readonly request: RequestRecord }
  | {
      readonly outcome: 'new'
      readonly before: RequestRecord | undefined
      /** The request that ends to make room. */
      readonly displaces?: Entry<RequestRecord>
    }

/** Records that a device asks, or answers with the request that it has already. Retries and refusals write nothing. */
export async function ask(parts: Parts, wish: Wish): Promise<Admission | 'again'> {
  checkAllowed(wish)
  const { requests, rests } = parts.views
  const { deviceId } = wish.arrival.device
  const now = parts.clock.now()
  const waiting = waitingRequests(parts, requests().entries(''), now)
  const known = weigh(parts, wish, {
    rest: rests().get(restKeyOf(deviceId, wish.reason)),
    waiting,
    now,
  })
  if (known.outcome !== 'new') return answer(parts, wish, known)
  const intent = intentOf(deviceActor(deviceId, wish.arrival.device.role), 'device.request')
  return parts.store.transact(intent, (tx) => open(parts, tx, wish))
}

/** The same for a device that is let in meanwhile; `undefined` when it may not ask now. */
export async function askBeside(
  parts: Parts,
  wish: Wish,
): Promise<{ readonly request: DeviceRequest; readonly created: boolean } | undefined> {
  const answered = await ask(parts, wish)
  if (answered === 'again' || answered.outcome !== 'waiting') return undefined
  return { request: answered.request, created: answered.created }
}

function checkAllowed({ arrival: { device }, wanted }: Wish): void {
  const { deviceId, role } = device
  const actor = deviceActor(deviceId, role)
  const verdict = decide({ actor, action: 'device.request', device: { deviceId, role, ...wanted } })
  if (!verdict.allowed) throw new DeviceRequestRefused(verdict.why, verdict.fix)
}

/** Says what becomes of a wish, without doing it: the same on the view and in the transaction. */
function weigh(parts: Parts, wish: Wish, { rest, waiting, now }: Situation): Weighed {
  const key = roleKeyOf(wish.arrival.device)
  const before = waiting.find((entry) => entry.key === key)?.value
  if (before && (mayNotWiden(before, wish) || isCovered(before, wish))) {
    return { outcome: 'waits', request: before }
  }
  if (isResting(rest, now)) return { outcome: 'resting', retryAfterMs: rest.until - now }
  if (before) return { outcome: 'new', before }
  const room = roomFor(parts, wish, { waiting, now })
  return room.outcome === 'full' ? room : { ...room, outcome: 'new', before: undefined }
}

/** A setup code widens nothing that waits; what is more comes up once the device is in. */
function mayNotWiden({ widened }: RequestRecord, { askedBy }: Wish): boolean {
  return askedBy === 'setup-code' || widened >= MAX_WIDENED
}

/** True when the request that waits says all that is asked now. */
function isCovered(before: RequestRecord, { arrival: { device }, wanted }: Wish): boolean {
  return covers(before, wanted) && isOneKind(before.description, device.description)
}

function answer(
  parts: Parts,
  wish: Wish,
  known: Exclude<Weighed, { readonly outcome: 'new' }>,
): Admission {
  const now = parts.clock.now()
  if (known.outcome === 'full') countTurnedAway(parts.memory, now)
  if (known.outcome !== 'waits') return known
  noteRetry(parts.memory, known.request.requestId, now)
  const request = { ...known.request, lastAskedAt: now }
  const record = parts.views.devices().get(wish.arrival.device.deviceId)
  return waitingFor(wish, request, { created: false, record })
}

/** A request that its device asks about again, without what let it ask; `undefined` when it is over. */
export function stillWaiting(
  parts: Parts,
  {
    device,
    record,
    reason,
  }: Pick<Wish['arrival'], 'device'> &
    Pick<Wish, 'reason'> & { readonly record: DeviceRecord | undefined },
  request: RequestRecord,
): Admission | undefined {
  const now = parts.clock.now()
  if (isOver(waitingRecord(parts, request), now)) return undefined
  noteRetry(parts.memory, request.requestId, now)
  const asked = { ...request, lastAskedAt: now }
  return waitingFor({ arrival: { device }, reason }, asked, { created: false, record })
}

function waitingFor(
  {
    arrival: { device },
    reason,
  }: Pick<Wish, 'reason'> & { arrival: Pick<Wish['arrival'], 'device'> },
  request: RequestRecord,
  { created, record }: { readonly created: boolean; readonly record: DeviceRecord | undefined },
): Admission {
  return {
    outcome: 'waiting',
    reason: reason === 'command-upgrade' ? 'scope-upgrade' : reason,
    request: toRequest(roleKeyOf(device), request),
    created,
    granted: grantOf(record, device.role),
  }
}

function grantOf(record: DeviceRecord | undefined, role: DeviceRequest['role']) {
  const grant = record?.grants[role]
  return grant && toGrant(role, grant)
}

/** Whether the wish still is what it was: the owner may have decided in between. */
function isStill(
  { arrival: { device }, wanted, reason, askedBy }: Wish,
  record: DeviceRecord | undefined,
): boolean {
  const judgement = judge(record, device, wanted)
  if (!judgement.fits) {
    const { grant } = judgement
    const isHeld = grant !== undefined && covers(heldOf(grant, wanted), wanted)
    return judgement.reason === reason && (askedBy !== 'paired-key' || isHeld)
  }
  return reason === 'command-upgrade' && !covers(judgement.grant, wanted)
}

/** Whether the setup code, if it is one that lets it ask, still does. */
async function isServed(tx: Transaction, { arrival, askedBy }: Wish): Promise<boolean> {
  const { device, mayAsk } = arrival
  if (askedBy !== 'setup-code') return true
  const code = mayAsk.by === askedBy ? await tx.get(SETUP_CODES, mayAsk.setupId) : undefined
  return servesKey(code, device.deviceId, tx.now)
}

async function open(parts: Parts, tx: Transaction, wish: Wish): Promise<Admission | 'again'> {
  const { device } = wish.arrival
  const record = await tx.get(DEVICES, device.deviceId)
  if (!isStill(wish, record) || !(await isServed(tx, wish))) return 'again'
  await settleExpired(parts, tx)
  const waiting = waitingRequests(parts, await tx.list(REQUESTS, ''), tx.now)
  const rest = await tx.get(RESTS, restKeyOf(device.deviceId, wish.reason))
  const weighed = weigh(parts, wish, { rest, waiting, now: tx.now })
  if (weighed.outcome !== 'new') return answer(parts, wish, weighed)
  const request = requestFor(parts, wish, { before: weighed.before, now: tx.now })
  const { deviceId, role } = device
  if (weighed.before) {
    const ending = { outcome: 'superseded', by: deviceActor(deviceId, role) } as const
    await settle(tx, { key: roleKeyOf(device), request: weighed.before }, ending)
  }
  if (await isLocalNode(parts, tx, wish)) return approveLocally(parts, tx, { ...wish, request })
  if (weighed.displaces) await makeRoom(parts, tx, weighed.displaces)
  tx.put(REQUESTS, roleKeyOf(device), request)
  await linkSuccessor(tx, device, request.requestId)
  await pruneSettled(tx)
  tx.note({ requestId: request.requestId, reason: request.reason })
  return waitingFor(wish, request, { created: true, record })
}

/** The one that ends was turned away after all, and is counted as such. */
async function makeRoom(
  { memory }: Parts,
  tx: Transaction,
  { key, value }: Entry<RequestRecord>,
): Promise<void> {
  await settle(tx, { key, request: value }, { outcome: 'expired', by: FULL_LIST })
  countTurnedAway(memory, tx.now)
}

/** A wider ask is what waited and what is asked now together, so that two programs of one key do not take turns. */
function requestFor(
  { random }: Parts,
  { arrival, wanted, reason, askedBy }: Wish,
  { before, now }: { readonly before: RequestRecord | undefined; readonly now: EpochMs },
): RequestRecord {
  const { device, address, mayAsk } = arrival
  const both = before ? union(before, wanted) : wanted
  const fits = both.scopes.length <= MAX_SCOPES && both.commands.length <= MAX_COMMANDS
  const { scopes, commands } = fits ? both : wanted
  return {
    requestId: drawRequestId(random, 'device'),
    publicKey: device.publicKey,
    description: shownDescription(device.description),
    scopes,
    commands,
    createdAt: now,
    lastAskedAt: now,
    askedBy,
    reason,
    widened: before ? before.widened + 1 : 0,
    ...optional('address', address?.slice(0, MAX_ADDRESS)),
    ...(mayAsk.by === 'setup-code' && askedBy === mayAsk.by ? { setupId: mayAsk.setupId } : {}),
  }
}
