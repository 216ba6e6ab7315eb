import type { LegacyNodeClaims } from '@openclaw/device-pairing'
import type { SeenNodeApproved, SeenNodeRequest } from '../devices/door.ts'

/** A node that waits, as OpenClaw 2026.2 shows it to scripts. */
export function nodeRequestJson(request: SeenNodeRequest) {
  const { requestId, isRepair, silent, createdAt, expiresAt } = request
  return {
    requestId,
    ...claimsOf(request),
    ...(silent === undefined ? {} : { silent }),
    isRepair,
    ts: createdAt,
    expiresAtMs: expiresAt,
  }
}

/** A node that is paired, with its new token. */
export function nodeJson(node: SeenNodeApproved['node'], token: string) {
  const { nodeId, ...claims } = claimsOf(node)
  return { nodeId, token, ...claims, createdAtMs: node.createdAt, approvedAtMs: node.approvedAt }
}

const CLAIMS = [
  'displayName',
  'platform',
  'version',
  'coreVersion',
  'uiVersion',
  'deviceFamily',
  'modelIdentifier',
  'caps',
  'commands',
  'remoteIp',
] as const

function claimsOf(claims: LegacyNodeClaims) {
  const told = CLAIMS.flatMap((name) => (claims[name] === undefined ? [] : [[name, claims[name]]]))
  return { nodeId: claims.nodeId, ...Object.fromEntries(told) }
}
