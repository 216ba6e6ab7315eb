import type { Call, WordKind } from '../args/types.ts'
import { safe } from '../output/safe.ts'
import type { Candidate } from '../people/candidates.ts'
import { granted } from '../people/session.ts'
import { withDevices } from './session.ts'
import { deviceName, deviceWords, shortId } from './words.ts'

/** What a word about devices may be, for completion. */
export function deviceCandidates(
  call: Call,
  kind: Extract<WordKind, 'device' | 'device-request' | 'node-request'>,
): Promise<readonly Candidate[]> {
  return withDevices(call, 'read', async ({ devices, legacyNodes, actor }) => {
    if (kind === 'node-request') {
      const { waiting } = granted(await legacyNodes.list(actor))
      return waiting.map(({ requestId, nodeId }) => ({
        value: safe(requestId),
        what: safe(nodeId),
      }))
    }
    const lists = granted(await devices.list(actor))
    if (kind === 'device-request') {
      return lists.waiting.map((request) => ({
        value: safe(request.requestId),
        what: `${deviceWords(request)} as ${request.role}`,
      }))
    }
    return lists.devices.map(({ deviceId, description, label }) => ({
      value: shortId(deviceId),
      what: deviceName(description, label) || 'a device without a name',
    }))
  })
}
