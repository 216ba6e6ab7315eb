import { afterApproval } from '@openclaw/device-pairing'
import type { SeenDescription, SeenDevice, SeenLists, SeenRequest, SeenToken } from './door.ts'

/** Both lists as scripts read them: the shapes of OpenClaw 2026.2 in its order, newest first, and what it does not know. */
export function listsJson({ waiting, devices, maxWaiting, turnedAway }: SeenLists) {
  return {
    pending: [...waiting].sort((a, b) => b.createdAt - a.createdAt).map(requestJson),
    paired: devices.map(deviceJson),
    // Afar neither is told.
    ...(maxWaiting === undefined
      ? {}
      : { maxPending: maxWaiting, turnedAway: turnedAwayJson(turnedAway) }),
  }
}

function turnedAwayJson(turnedAway: SeenLists['turnedAway']) {
  if (turnedAway === undefined) return { count: 0 }
  return { count: turnedAway.count, sinceMs: turnedAway.since, lastAtMs: turnedAway.lastAt }
}

/** A request as scripts read it. */
export function requestJson(request: SeenRequest) {
  const { requestId, deviceId, publicKey, role, scopes, address, reason } = request
  return told({
    requestId,
    deviceId,
    publicKey,
    ...described(request.description),
    role,
    roles: [role],
    scopes,
    remoteIp: address,
    silent: false,
    isRepair: reason !== 'not-paired',
    ts: request.createdAt,
    commands: request.commands,
    difference: request.difference,
    after: afterJson(request),
    fingerprint: request.fingerprint,
    reason,
    askedBy: request.askedBy,
    lastAskedAtMs: request.lastAskedAt,
    expiresAtMs: request.expiresAt,
  })
}

/** What its role has after an approval, as it is asked. */
function afterJson(request: SeenRequest) {
  const { scopes, commands } = afterApproval(request)
  return { scopes, ...(request.commands === undefined ? {} : { commands }) }
}

/** A device as scripts read it: roles and scopes that hold, and tokens without the token. JSON leaves out what is undefined. */
export function deviceJson(device: SeenDevice) {
  const { deviceId, publicKey, label, address } = device
  const live = device.grants.filter(({ revokedAt }) => revokedAt === undefined)
  const roles = live.map(({ role }) => role).sort()
  return {
    deviceId,
    publicKey,
    ...described(device.description),
    ...(label === undefined ? {} : { displayName: label, label }),
    role: roles[0],
    roles,
    scopes: [...new Set(live.flatMap(({ scopes }) => scopes))].sort(),
    remoteIp: address,
    tokens: device.tokens.map(tokenJson).sort((a, b) => (a.role < b.role ? -1 : 1)),
    createdAtMs: device.createdAt,
    approvedAtMs: device.approvedAt,
    fingerprint: device.fingerprint,
    lastSeenAtMs: device.lastSeenAt,
    grants: grantsJson(device),
  }
}

/** `undefined` where they are not told, but only what can be told by the tokens. */
function grantsJson({ grants }: SeenDevice) {
  if (grants.some(({ approvedAt }) => approvedAt === undefined)) return undefined
  return grants.map(({ role, scopes, commands, approvedAt, approvedBy, revokedAt }) => ({
    role,
    scopes,
    commands,
    approvedAtMs: approvedAt,
    approvedBy,
    revokedAtMs: revokedAt,
  }))
}

function tokenJson(token: SeenToken) {
  return {
    role: token.role,
    scopes: token.scopes,
    createdAtMs: token.createdAt,
    rotatedAtMs: token.rotatedAt,
    revokedAtMs: token.revokedAt,
    lastUsedAtMs: token.lastUsedAt,
  }
}

function described(description: SeenDescription) {
  const { displayName, platform, deviceFamily, modelIdentifier, version } = description
  const { clientId, clientMode } = description
  return told({
    displayName,
    platform,
    deviceFamily,
    modelIdentifier,
    version,
    clientId,
    clientMode,
  })
}

type Told<T> = {
  readonly [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name]
} & {
  readonly [Name in keyof T as undefined extends T[Name] ? Name : never]?: Exclude<
    T[Name],
    undefined
  >
}

/** What is there, in its order. */
function told<T extends object>(json: T): Told<T> {
  const found: { [name: string]: unknown } = {}
  for (const name in json) {
    if (json[name] !== undefined) found[name] = json[name]
  }
  return found as Told<T>
}
