import { afterApproval } from '@openclaw/device-pairing'
import type { Call } from '../args/types.ts'
import type { DeviceDoor, SeenLists, SeenNotWaiting, SeenSettled } from '../devices/door.ts'
import type { DeviceSession } from '../devices/session.ts'
import { changesAfar } from './changes.ts'
import { type Remote, withRemote } from './connect.ts'
import { legacyNodesAfar } from './legacy-nodes.ts'
import { notOnWire } from './options.ts'
import { type Refusal, refusalOf, textOf, textsOf } from './refusal.ts'
import { seenDevice, seenLists } from './wire.ts'

/** What every verb about devices needs. */
const PAIRING = ['operator.pairing'] as const
/** Whoever approves commands of a node may use them. */
const WRITE = 'operator.write'

/** The door for devices of a gateway elsewhere, for one command. */
export function withRemoteDevices<R>(
  call: Call,
  url: string,
  work: (session: DeviceSession) => Promise<R>,
): Promise<R> {
  const { now } = call.world
  return withRemote(call, { url, scopes: PAIRING }, (remote) =>
    work({
      devices: devicesAfar(remote),
      legacyNodes: legacyNodesAfar(remote),
      actor: { kind: 'root', user: '' },
      now,
      gatewayRuns: () => Promise.resolve('here'),
      nodePolicy: undefined,
    }),
  )
}

/** `device.pair.*` and `device.token.*` of a gateway, as the door that the commands know. */
function devicesAfar(remote: Remote): DeviceDoor {
  const { ask } = remote
  const list = async (): Promise<SeenLists> => seenLists(await ask('device.pair.list', {}))
  return {
    list,
    find: async (_, requestId) => {
      const request = (await list()).waiting.find((each) => each.requestId === requestId)
      if (request !== undefined) return { outcome: 'waiting', request }
      return fateOf(remote, requestId)
    },
    approve: (_, requestId, options) => approve({ remote, list }, requestId, options),
    reject: async (_, requestId) => {
      try {
        await ask('device.pair.reject', { requestId })
        return { outcome: 'rejected' }
      } catch (error) {
        return notWaiting(error)
      }
    },
    ...changesAfar(remote, async (deviceId) =>
      (await list()).devices.find((device) => device.deviceId === deviceId),
    ),
  }
}

interface Approving {
  readonly remote: Remote
  readonly list: () => Promise<SeenLists>
}

/**
 * What was shown is what is approved: gateways of ours get the digest back; those of 2026.2 keep a request as it is while
 * it waits.
 */
async function approve(
  { remote, list }: Approving,
  requestId: string,
  { digest, scopes, label }: NonNullable<Parameters<DeviceDoor['approve']>[2]> = {},
): ReturnType<DeviceDoor['approve']> {
  if (scopes !== undefined || label !== undefined) throw notOnWire()
  const request = (await list()).waiting.find((each) => each.requestId === requestId)
  if (request === undefined) return fateOf(remote, requestId)
  // another kind of machine gets all of it again
  const given = request.reason === 'metadata-upgrade' ? afterApproval(request) : request
  const uses = (given.commands ?? []).length > 0 ? [WRITE] : []
  const shown = digest ?? request.digest
  const params = { requestId, ...(shown === undefined ? {} : { digest: shown }) }
  try {
    const needs = [...given.scopes, ...uses]
    const approved = await remote.ask('device.pair.approve', params, { needs })
    return { outcome: 'approved', requestId, device: seenDevice(approved.device) }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal?.detailCode !== 'REQUEST_CHANGED') return notWaiting(error)
    return { outcome: 'changed', request, difference: textsOf(refusal.details, 'difference') }
  }
}

/** What nothing that was ever shown is called by. */
const NO_DIGEST = `${'0'.repeat(64)}${'.00000000'.repeat(5)}`

/**
 * What became of a request that does not wait: gateways of ours say so to whoever would approve it. The digest is that of
 * nothing, so that nothing can be approved by it, whatever happens meanwhile.
 */
async function fateOf({ ask }: Remote, requestId: string): Promise<SeenNotWaiting> {
  try {
    await ask('device.pair.approve', { requestId, digest: NO_DIGEST })
    return { outcome: 'unknown' }
  } catch (error) {
    const settled = settledOf(refusalOf(error))
    return settled === undefined ? { outcome: 'unknown' } : { outcome: 'settled', settled }
  }
}

function notWaiting(error: unknown): SeenNotWaiting {
  const refusal = refusalOf(error)
  const settled = settledOf(refusal)
  if (settled !== undefined) return { outcome: 'settled', settled }
  if (refusal?.detailCode === 'REQUEST_UNKNOWN') return { outcome: 'unknown' }
  throw error
}

const ENDS: ReadonlySet<string> = new Set(['approved', 'rejected', 'expired', 'superseded'])

function settledOf(refusal: Refusal | undefined): SeenSettled | undefined {
  if (refusal?.detailCode !== 'REQUEST_SETTLED') return undefined
  const { details } = refusal
  const outcome = textOf(details, 'outcome') ?? ''
  const { at } = details
  if (!ENDS.has(outcome) || typeof at !== 'number') return undefined
  return {
    requestId: textOf(details, 'requestId') ?? '',
    deviceId: textOf(details, 'deviceId') ?? '',
    outcome: outcome as SeenSettled['outcome'],
    at,
    by: undefined,
    successor: textOf(details, 'successor'),
  }
}
