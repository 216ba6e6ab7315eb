import type { DeviceRoleRef } from '@openclaw/device-pairing'
import type { DeviceApproval, DeviceResolved, TokenRotation } from '@openclaw/pairing-protocol'
import { deviceView, type Presently, shownView } from './device-view.ts'
import { type Answer, type Call, callerOf, type MethodRow, method, refusal } from './method.ts'
import { denied, notKnown, notWaiting } from './refusals.ts'

const PAIRING = 'operator.pairing'

/** `device.pair.*` and `device.token.*`. */
export const DEVICE_METHODS: readonly MethodRow[] = [
  method('device.pair.list', PAIRING, list),
  method('device.pair.approve', PAIRING, approve),
  method('device.pair.reject', PAIRING, reject),
  method('device.pair.remove', PAIRING, remove),
  method('device.pair.rename', PAIRING, rename),
  method('device.token.rotate', PAIRING, rotate),
  method('device.token.revoke', PAIRING, revoke),
]

async function list(call: Call): Promise<Answer<'device.pair.list'>> {
  const { hub, identity } = call
  const lists = await hub.components.devices.list(identity.actor)
  if ('outcome' in lists) return denied(lists)
  for (const { requestId, digest } of lists.waiting) {
    hub.shown.note(callerOf(call), requestId, digest)
  }
  const presently = presentlyOf(call)
  const pending = lists.waiting.map(shownView).reverse()
  return { result: { pending, paired: lists.devices.map((each) => deviceView(each, presently)) } }
}

function presentlyOf({ hub }: Call): Presently {
  const ids = [...hub.live.peers()].flatMap(({ identity }) => identity?.device?.deviceId ?? [])
  const connected = new Set([...ids, ...(hub.elsewhere?.devices() ?? [])])
  return { now: hub.components.clock.now(), connected }
}

/**
 * Existing clients give no digest. What they were shown in a list holds then; who never asked for one names the request by
 * its id alone, which is another one as soon as the device asks for more.
 */
async function digestOf(
  call: Call,
  { requestId, digest }: DeviceApproval,
): Promise<string | Answer<'device.pair.approve'>> {
  const given = digest ?? call.hub.shown.digestFor(callerOf(call), requestId)
  if (given !== undefined) return given
  const found = await call.hub.components.devices.find(call.identity.actor, requestId)
  if (found.outcome === 'waiting') return found.request.digest
  return found.outcome === 'denied' ? denied(found) : notWaiting(found)
}

async function approve(call: Call, params: DeviceApproval): Promise<Answer<'device.pair.approve'>> {
  const { hub, identity } = call
  const { requestId } = params
  const digest = await digestOf(call, params)
  if (typeof digest !== 'string') return digest
  const outcome = await hub.components.devices.approve(identity.actor, requestId, { digest })
  switch (outcome.outcome) {
    case 'approved':
      tell(call, { requestId, deviceId: outcome.device.deviceId, decision: 'approved' })
      return { result: { requestId, device: deviceView(outcome.device, presentlyOf(call)) } }
    case 'changed': {
      const { request, difference } = outcome
      hub.shown.note(callerOf(call), requestId, request.digest)
      return refusal('REQUEST_CHANGED', {
        about: difference.join(', '),
        details: { difference, request: { ...shownView(request) } },
      })
    }
    case 'denied':
      return denied(outcome)
    default:
      return notWaiting(outcome)
  }
}

async function reject(
  call: Call,
  { requestId }: { readonly requestId: string },
): Promise<Answer<'device.pair.reject'>> {
  const outcome = await call.hub.components.devices.reject(call.identity.actor, requestId)
  if (outcome.outcome === 'denied') return denied(outcome)
  if (outcome.outcome !== 'rejected') return notWaiting(outcome)
  const { deviceId } = outcome.settled
  tell(call, { requestId, deviceId, decision: 'rejected' })
  return { result: { requestId, deviceId } }
}

function tell({ hub }: Call, resolved: Omit<DeviceResolved, 'ts'>): void {
  const ts = hub.components.clock.now()
  hub.events.publish('device.pair.resolved', () => ({ ...resolved, ts }))
}

async function remove(
  call: Call,
  { deviceId }: { readonly deviceId: string },
): Promise<Answer<'device.pair.remove'>> {
  const { hub, identity } = call
  endsItself(call, deviceId)
  const outcome = await hub.components.devices.remove(identity.actor, deviceId)
  if (outcome.outcome === 'denied') return denied(outcome)
  if (outcome.outcome === 'not-known') return notKnown({})
  return { result: { deviceId }, afterwards: () => void hub.recheck(deviceId) }
}

async function rename(
  { hub, identity }: Call,
  { deviceId, label }: { readonly deviceId: string; readonly label: string },
): Promise<Answer<'device.pair.rename'>> {
  const outcome = await hub.components.devices.rename(identity.actor, deviceId, label)
  if (outcome.outcome === 'denied') return denied(outcome)
  return outcome.outcome === 'not-known' ? notKnown({}) : { result: { deviceId, label } }
}

/** A device that ends its own connection by what it asks is answered before; the journal may be told of sooner. */
function endsItself({ peer, identity }: Call, deviceId: string): void {
  if (identity.device?.deviceId === deviceId) peer.endsItself = true
}

/** The token goes to its own device and to the local terminal; anybody else only learns that it was made. */
async function rotate(call: Call, params: TokenRotation): Promise<Answer<'device.token.rotate'>> {
  const { hub, identity } = call
  const { deviceId, role, scopes } = params
  endsItself(call, deviceId)
  const options = scopes === undefined ? {} : { scopes }
  const outcome = await hub.components.devices.rotate(identity.actor, { deviceId, role }, options)
  if (outcome.outcome === 'denied') return denied(outcome)
  if (outcome.outcome === 'not-known') return notKnown(outcome)
  const { token, rotatedAt } = outcome
  const isOwn = identity.device?.deviceId === deviceId || identity.actor.kind === 'root'
  const shared = { deviceId, role, scopes: outcome.scopes, rotatedAtMs: rotatedAt }
  const result =
    token !== undefined && isOwn
      ? { ...shared, token: token.token, tokenDelivery: 'in-band' }
      : { ...shared, tokenDelivery: 'withheld-cross-device' }
  return { result, afterwards: () => void hub.recheck(deviceId) }
}

async function revoke(
  call: Call,
  { deviceId, role }: DeviceRoleRef,
): Promise<Answer<'device.token.revoke'>> {
  const { hub, identity } = call
  endsItself(call, deviceId)
  const outcome = await hub.components.devices.revoke(identity.actor, { deviceId, role })
  if (outcome.outcome === 'denied') return denied(outcome)
  if (outcome.outcome === 'not-known') return notKnown({ role })
  const grant = outcome.device?.grants.find((each) => each.role === role)
  const revokedAtMs = grant?.revokedAt ?? hub.components.clock.now()
  return {
    result: { deviceId, role, revokedAtMs },
    afterwards: () => void hub.recheck(deviceId),
  }
}
