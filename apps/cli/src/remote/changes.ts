import type { DeviceDoor, SeenDevice } from '../devices/door.ts'
import { UsageError } from '../errors.ts'
import type { Remote } from './connect.ts'
import { refusalOf } from './refusal.ts'

type Changes = Pick<DeviceDoor, 'remove' | 'rename' | 'rotate' | 'revoke'>
/** A paired device, as the gateway tells of it now. */
type Find = (deviceId: string) => Promise<SeenDevice | undefined>

/** What is done with devices of a gateway elsewhere that are paired. */
export function changesAfar(remote: Remote, find: Find): Changes {
  const { ask } = remote
  // Nobody takes from another device what they have not themselves.
  const needsFor = (device: SeenDevice | undefined): readonly string[] =>
    device === undefined || device.deviceId === remote.deviceId() ? [] : heldBy(device)
  return {
    remove: (_, deviceId) =>
      orNotKnown(deviceId, async () => {
        const needs = needsFor(await find(deviceId))
        await ask('device.pair.remove', { deviceId }, { needs })
        return { outcome: 'done', changed: true, device: undefined }
      }),
    rename: async (_, deviceId, typed) => {
      const label = typed.trim()
      if (label === '') throw noEmptyName()
      const before = await find(deviceId)
      if (before === undefined) return { outcome: 'not-known', deviceId }
      if (before.label === label) return { outcome: 'done', changed: false, device: before }
      return orNotKnown(deviceId, async () => {
        await ask('device.pair.rename', { deviceId, label }, { needs: needsFor(before) })
        return { outcome: 'done', changed: true, device: await find(deviceId) }
      })
    },
    rotate: rotating(remote, find),
    revoke: async (_, { deviceId, role }) => {
      const device = await find(deviceId)
      const grant = device?.grants.find((each) => each.role === role)
      if (device === undefined || grant === undefined) return { outcome: 'not-known', deviceId }
      return orNotKnown(deviceId, async () => {
        const needs = needsFor({ ...device, grants: [grant] })
        const { revokedAtMs } = await ask('device.token.revoke', { deviceId, role }, { needs })
        const grants = device.grants.map((each) =>
          each === grant ? { ...each, revokedAt: revokedAtMs } : each,
        )
        const changed = grant.revokedAt === undefined
        return { outcome: 'done', changed, device: { ...device, grants } }
      })
    },
  }
}

function heldBy({ grants }: SeenDevice): readonly string[] {
  const live = grants.filter(({ revokedAt }) => revokedAt === undefined)
  return [...new Set(live.flatMap(({ scopes }) => scopes))]
}

function rotating({ ask, deviceId: own }: Remote, find: Find): Changes['rotate'] {
  return async (_, { deviceId, role }, { scopes } = {}) => {
    const device = await find(deviceId)
    if (device === undefined) return { outcome: 'not-known', deviceId }
    const kept = scopes ?? device.grants.find((grant) => grant.role === role)?.scopes ?? []
    // Nobody makes a token for what they have not themselves; a device changes its own.
    const needs = own() === deviceId ? [] : kept
    return orNotKnown(deviceId, async () => {
      const params = { deviceId, role, ...(scopes === undefined ? {} : { scopes }) }
      const rotated = await ask('device.token.rotate', params, { needs })
      const token = rotated.token === undefined ? undefined : { token: rotated.token }
      const { rotatedAtMs: rotatedAt } = rotated
      return { outcome: 'rotated', device, token, rotatedAt, scopes: rotated.scopes }
    })
  }
}

function noEmptyName(): UsageError {
  return new UsageError('a gateway elsewhere takes no empty name', {
    hint: "on the gateway's machine: openclaw devices rename",
    hintFor: 'another-machine',
  })
}

async function orNotKnown<R>(
  deviceId: string,
  work: () => Promise<R>,
): Promise<R | { readonly outcome: 'not-known'; readonly deviceId: string }> {
  try {
    return await work()
  } catch (error) {
    const code = refusalOf(error)?.detailCode
    if (code === 'DEVICE_UNKNOWN' || code === 'DEVICE_ROLE_UNKNOWN') {
      return { outcome: 'not-known', deviceId }
    }
    throw error
  }
}
