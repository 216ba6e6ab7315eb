import type { Actor, CredentialStore, Transaction } from '@openclaw/pairing-contracts'
import { DEVICES, ROLES } from './collections.ts'
import { LEGACY_NODES } from './legacy-collections.ts'
import type { Denied } from './owner-types.ts'
import { intentOf } from './parts.ts'
import { denied } from './verbs.ts'

/** A token that stands in a file of 2026.2 as plain text. */
export type PlainToken =
  | { readonly kind: 'device'; readonly deviceId: string; readonly role: string }
  | { readonly kind: 'node'; readonly nodeId: string }

/**
 * The tokens that files taken over from OpenClaw 2026.2 hold as plain text. They go on working until they are
 * replaced. Reads only.
 */
export function plainTokens(store: CredentialStore): readonly PlainToken[] {
  const devices = store.view(DEVICES).entries('')
  const ofDevices = devices.flatMap(({ key, value }) =>
    ROLES.filter((role) => value.grants[role]?.token?.plain).map(
      (role): PlainToken => ({ kind: 'device', deviceId: key, role }),
    ),
  )
  const nodes = store.view(LEGACY_NODES).entries('')
  const ofNodes = nodes
    .filter(({ value }) => value.plain)
    .map(({ key }): PlainToken => ({ kind: 'node', nodeId: key }))
  return [...ofDevices, ...ofNodes]
}

/**
 * Replaces every plain token by its hash, in one transaction; the files follow. The tokens themselves go on working
 * here. OpenClaw 2026.2 does not know the hashes: on a way back it needs a rotation, or another pairing, of each.
 *
 * @returns what was replaced, or why this actor may not (`doctor.fix`)
 */
export async function hashPlainTokens(
  store: CredentialStore,
  actor: Actor,
): Promise<readonly PlainToken[] | Denied> {
  const refused = denied({ actor, action: 'doctor.fix' })
  if (refused) return refused
  return store.transact(intentOf(actor, 'device.tokens.hashed'), async (tx) => {
    const replaced = [...(await hashDevices(tx)), ...(await hashNodes(tx))]
    tx.note({ replaced: replaced.length })
    return replaced
  })
}

async function hashDevices(tx: Transaction): Promise<readonly PlainToken[]> {
  const replaced: PlainToken[] = []
  for (const { key, value } of await tx.list(DEVICES, '')) {
    const roles = ROLES.filter((role) => value.grants[role]?.token?.plain)
    if (roles.length === 0) continue
    const grants = { ...value.grants }
    for (const role of roles) {
      const grant = grants[role]
      if (!grant?.token) continue
      const { plain: _, ...token } = grant.token
      grants[role] = { ...grant, token }
      replaced.push({ kind: 'device', deviceId: key, role })
    }
    tx.put(DEVICES, key, { ...value, grants })
  }
  return replaced
}

async function hashNodes(tx: Transaction): Promise<readonly PlainToken[]> {
  const replaced: PlainToken[] = []
  for (const { key, value } of await tx.list(LEGACY_NODES, '')) {
    if (!value.plain) continue
    const { plain: _, ...record } = value
    tx.put(LEGACY_NODES, key, record)
    replaced.push({ kind: 'node', nodeId: key })
  }
  return replaced
}
