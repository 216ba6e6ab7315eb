import type { Actor, Transaction } from '@openclaw/pairing-contracts'
import { allowedExtent, covers, type Extent, sorted, union } from './access.ts'
import { isAtStore } from './actors.ts'
import { extentAfter } from './after-approval.ts'
import { DEVICES, type DeviceRecord } from './collections.ts'
import { isSameKind } from './description.ts'
import { differenceFrom } from './digest.ts'
import { writeGrant } from './grant.ts'
import { isLive, type LiveGrant } from './judge.ts'
import { checkedLabel } from './label.ts'
import type { ApproveDeviceOptions, ApproveDeviceOutcome } from './owner-types.ts'
import { intentOf, type Parts } from './parts.ts'
import { resolveRequest, type Waiting } from './requests.ts'
import { pruneSettled, settle } from './settle.ts'
import { toKnown, toShown } from './shown.ts'
import { deniedLooking, deniedNow, tooWide } from './verbs.ts'

/** What an owner says. */
interface Call {
  readonly actor: Actor
  readonly options: ApproveDeviceOptions
}

/** Approves a request: all of it in one transaction. */
export async function approve(
  parts: Parts,
  { actor, options }: Call,
  requestId: string,
): Promise<ApproveDeviceOutcome> {
  const refused = deniedLooking(actor)
  if (refused) return refused
  const label = options.label === undefined ? undefined : checkedLabel(options.label)
  const call = { actor, options: { ...options, ...(label === undefined ? {} : { label }) } }
  const work = async (tx: Transaction): Promise<ApproveDeviceOutcome> => {
    const found = await resolveRequest(parts, tx, requestId)
    tx.note({ requestId, outcome: found.outcome === 'waiting' ? 'looked at' : found.outcome })
    if (found.outcome !== 'waiting') return found
    return decideOn(parts, tx, { ...call, found, record: await tx.get(DEVICES, found.deviceId) })
  }
  return parts.store.transact(intentOf(actor, 'device.approve'), work)
}

interface Decision extends Call {
  readonly found: Waiting
  readonly record: DeviceRecord | undefined
}

async function decideOn(
  parts: Parts,
  tx: Transaction,
  decision: Decision,
): Promise<ApproveDeviceOutcome> {
  const { actor, options, found, record } = decision
  const { deviceId, role, request } = found
  const chosen = chosenExtent(options, request)
  if (!covers(choosable(decision), chosen)) return tooWide('the request asks for less')
  const extent = allowedExtent(parts.policy, role, chosen)
  const cut = leftOutOf(options, extent)
  if (cut.length > 0) return tooWide(`the policy of this gateway allows no ${cut.join(', ')}`)
  const refused = deniedNow(parts, {
    actor,
    action: 'device.approve',
    device: { deviceId, role, ...answeredFor(decision, extent) },
    shown: options.digest !== undefined || isAtStore(actor),
  })
  if (refused) return refused
  const shown = toShown(parts, found, record)
  const difference =
    options.digest === undefined ? [] : differenceFrom(parts.sha256, options.digest, shown)
  if (difference.length > 0) return { outcome: 'changed', request: shown, difference }
  const after = afterwards(decision, extent)
  const granting = { deviceId, role, request, extent: after, by: actor, label: options.label }
  const device = toKnown(parts, deviceId, await writeGrant(tx, granting))
  await settle(tx, found, { outcome: 'approved', by: actor })
  await pruneSettled(tx)
  const opened = opensAgain(decision) ? after : extent
  tx.note({ requestId: request.requestId, deviceId, role, ...opened })
  return { outcome: 'approved', requestId: request.requestId, device }
}

function chosenExtent({ scopes, commands }: ApproveDeviceOptions, asked: Extent): Extent {
  return {
    scopes: scopes === undefined ? asked.scopes : sorted(scopes),
    commands: commands === undefined ? asked.commands : sorted(commands),
  }
}

/** What policy leaves out of the names that the approver chose; of what they did not choose, the answer tells what is granted. */
function leftOutOf(
  { scopes = [], commands = [] }: ApproveDeviceOptions,
  extent: Extent,
): readonly string[] {
  const names = [...extent.scopes, ...extent.commands]
  return [...scopes, ...commands].filter((name) => !names.includes(name))
}

/** What the role has now, where it is not revoked. */
function hasNow({ found, record }: Decision): LiveGrant | undefined {
  const grant = record?.grants[found.role]
  return isLive(grant) ? grant : undefined
}

/** What may be named: what was asked; for another kind of machine also what was granted, as all of it is decided again. */
function choosable(decision: Decision): Extent {
  const { request } = decision.found
  const before = hasNow(decision)
  return before && request.reason === 'metadata-upgrade' ? union(before, request) : request
}

function afterwards(decision: Decision, given: Extent): Extent {
  const { reason } = decision.found.request
  return extentAfter({ reason, before: hasNow(decision), given }, decision.options)
}

/** True where what was granted before is opened to another kind of machine. */
function opensAgain(decision: Decision): boolean {
  const before = hasNow(decision)
  const { reason, description } = decision.found.request
  return before !== undefined && (reason === 'metadata-upgrade' || !isSameKind(before, description))
}

/** What the approver answers for: what is given, and where that opens what was granted before, all of it. */
function answeredFor(decision: Decision, extent: Extent): Extent {
  return opensAgain(decision) ? afterwards(decision, extent) : extent
}
