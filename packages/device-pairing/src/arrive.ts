import { allowedExtent } from './access.ts'
import { admit } from './admit.ts'
import { ask } from './ask.ts'
import { heldOf, type Judgement, judge } from './judge.ts'
import type { Parts } from './parts.ts'
import type { Admission, Arrival, DeviceRequest } from './types.ts'
import type { Wish } from './wish.ts'

/** How often an arrival is judged again because the owner decided in between. */
const MAX_TURNS = 3

/** Admits a proven device by its key, or records that it asks. */
export async function arrive(parts: Parts, arrival: Arrival): Promise<Admission> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const admission = await arriveOnce(parts, arrival)
    if (admission !== 'again') return admission
  }
  return mayNotAsk(arrival)
}

async function arriveOnce(parts: Parts, arrival: Arrival): Promise<Admission | 'again'> {
  const { device } = arrival
  const wanted = allowedExtent(parts.policy, device.role, device)
  const record = parts.views.devices().get(device.deviceId)
  const judgement = judge(record, device, wanted)
  if (judgement.fits)
    return admit(parts, { arrival, wanted, grant: judgement.grant, label: record?.label })
  const { reason, grant } = judgement
  const askedBy = askerOf(arrival, judgement)
  if (askedBy !== undefined) {
    const asked = askedBy === 'paired-key' && grant ? heldOf(grant, wanted) : wanted
    return ask(parts, { arrival, wanted: asked, reason, askedBy } satisfies Wish)
  }
  if (reason === 'scope-upgrade' && grant) {
    return admit(parts, { arrival, wanted, grant, label: record?.label })
  }
  return reason === 'role-upgrade' && grant ? { outcome: 'revoked' } : mayNotAsk(arrival)
}

/** What lets this device ask; a setup code lets nodes ask, and a key that is in this role may say that its machine is another kind, and ask for no more by that. */
function askerOf(
  { device, mayAsk }: Arrival,
  judgement: Extract<Judgement, { readonly fits: false }>,
): DeviceRequest['askedBy'] | undefined {
  if (mayAsk.by === 'shared-secret') return mayAsk.by
  if (mayAsk.by === 'setup-code' && device.role === 'node') return mayAsk.by
  return judgement.reason === 'metadata-upgrade' ? 'paired-key' : undefined
}

function mayNotAsk({ deviceToken }: Arrival): Admission {
  return { outcome: 'may-not-ask', deviceToken: deviceToken === undefined ? 'absent' : 'stale' }
}
