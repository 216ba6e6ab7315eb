import { deviceRefusal } from './refusals.ts'
import type { Rule } from './rules.ts'
import { includesScope, missingScopes } from './scopes.ts'
import type { DeviceSubject } from './types.ts'

/** The one part of the product that may approve by itself, where the owner turned it on. */
const LOCAL_APPROVAL = 'local-approval'

/** Refused to everybody who is not an owner in some form. */
export const noOwner: Rule = () => deviceRefusal('ERR_AUTHORITY_NOT_OWNER')

/** What was looked at comes back with the approval. */
export const wasShown: Rule = ({ shown }) =>
  shown === true ? undefined : deviceRefusal('ERR_AUTHORITY_NOT_SHOWN')

/** The device that acts is the one that it is about. */
export const onlyItself: Rule = ({ actor, device }) => {
  const acts = actor.kind === 'device' || actor.kind === 'operator' ? actor.deviceId : undefined
  const itself = acts !== undefined && device !== undefined && acts === device.deviceId
  return itself ? undefined : deviceRefusal('ERR_AUTHORITY_NOT_SELF')
}

/** No device gives itself anything. Without a device named it cannot be told, which is a no as well. */
export const anotherDevice: Rule = ({ actor, device }) => {
  if (actor.kind !== 'operator') return deviceRefusal('ERR_AUTHORITY_NOT_OWNER')
  if (device === undefined) return deviceRefusal('ERR_AUTHORITY_SELF', 'no device is named')
  return actor.deviceId === device.deviceId
    ? deviceRefusal('ERR_AUTHORITY_SELF', 'a device does not approve itself')
    : undefined
}

/** The device holds the scope for deciding about devices. */
export const pairingScope: Rule = ({ actor }) => {
  const held = actor.kind === 'operator' ? actor.scopes : []
  return includesScope(held, 'operator.pairing')
    ? undefined
    : deviceRefusal('ERR_AUTHORITY_SCOPE_MISSING', 'it needs operator.pairing')
}

/** What the device would have afterwards, the actor has too; commands of a node are for those who may use them. */
export const within: Rule = ({ actor, device }) => {
  const held = actor.kind === 'operator' ? actor.scopes : []
  return hasNot(beyond(held, device))
}

/** The actor has every scope that the device has now, or is that device; nobody stands above `operator.admin`. */
export const notAbove: Rule = ({ actor, device }) => {
  if (actor.kind !== 'operator') return deviceRefusal('ERR_AUTHORITY_NOT_OWNER')
  const { deviceId, scopes } = actor
  if (deviceId === device?.deviceId || includesScope(scopes, 'operator.admin')) return undefined
  return hasNot(missingScopes(scopes, device?.scopes ?? []))
}

function hasNot(missing: readonly string[]) {
  if (missing.length === 0) return undefined
  const what = `this device itself has not ${missing.join(', ')}`
  return deviceRefusal('ERR_DEVICE_GRANT_TOO_WIDE', what)
}

function beyond(held: readonly string[], device: DeviceSubject | undefined): readonly string[] {
  const missing = missingScopes(held, device?.scopes ?? [])
  const uses = (device?.commands ?? []).length > 0
  return uses && !includesScope(held, 'operator.write') && !missing.includes('operator.write')
    ? [...missing, 'operator.write']
    : missing
}

/** The owner's standing order for programs on the same machine: nodes alone, and never with scopes. */
export const localNode: Rule = ({ actor, device }) => {
  const allowed =
    actor.kind === 'system' &&
    actor.part === LOCAL_APPROVAL &&
    device?.role === 'node' &&
    device.scopes?.length === 0
  return allowed ? undefined : deviceRefusal('ERR_AUTHORITY_NOT_OWNER')
}
