import { allowedExtent, type Extent } from './access.ts'
import { admit } from './admit.ts'
import { ask, stillWaiting } from './ask.ts'
import type { DeviceRecord, GrantRecord } from './collections.ts'
import { isResting } from './expiry.ts'
import { heldOf, type Judgement, judge } from './judge.ts'
import { roleKeyOf } from './keys.ts'
import type { Parts } from './parts.ts'
import { servesKey } from './setup-record.ts'
import type { Admission, Arrival, AskReason, DeviceRequest } from './types.ts'
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
  const askedBy = askerOf(parts, arrival, judgement)
  if (askedBy !== undefined) {
    const asked = askedFor(askedBy, { grant, wanted })
    return ask(parts, { arrival, wanted: asked, reason, askedBy } satisfies Wish)
  }
  if (reason === 'scope-upgrade' && grant) {
    return admit(parts, { arrival, wanted, grant, label: record?.label })
  }
  const waiting = waitsOn(parts, arrival, { record, reason })
  if (waiting) return waiting
  const rejected = rejectedWith(parts, arrival)
  if (rejected) return rejected
  return reason === 'role-upgrade' && grant ? { outcome: 'revoked' } : mayNotAsk(arrival)
}

/** A key asks for what it has, and with a setup code nobody asks for scopes, whatever policy says. */
function askedFor(
  askedBy: DeviceRequest['askedBy'],
  { grant, wanted }: { readonly grant: GrantRecord | undefined; readonly wanted: Extent },
): Extent {
  if (askedBy === 'setup-code') return { ...wanted, scopes: [] }
  return askedBy === 'paired-key' && grant ? heldOf(grant, wanted) : wanted
}

/** What lets this device ask; a setup code lets a node ask that is not in, and a key that is in this role may say that its machine is another kind, and ask for no more by that. */
function askerOf(
  { clock, views }: Pick<Parts, 'clock' | 'views'>,
  { device, mayAsk }: Arrival,
  judgement: Extract<Judgement, { readonly fits: false }>,
): DeviceRequest['askedBy'] | undefined {
  if (mayAsk.by === 'shared-secret') return mayAsk.by
  const isOut = judgement.reason === 'not-paired' || judgement.reason === 'role-upgrade'
  if (mayAsk.by === 'setup-code' && device.role === 'node' && isOut) {
    const code = views.setupCodes().get(mayAsk.setupId)
    return servesKey(code, device.deviceId, clock.now()) ? mayAsk.by : undefined
  }
  return judgement.reason === 'metadata-upgrade' ? 'paired-key' : undefined
}

/** What its own setup code let a key ask waits until the owner decides, also when the code is over by then. */
function waitsOn(
  parts: Parts,
  arrival: Arrival,
  { record, reason }: { readonly record: DeviceRecord | undefined; readonly reason: AskReason },
): Admission | undefined {
  const { device, mayAsk } = arrival
  if (mayAsk.by !== 'setup-code') return undefined
  const code = parts.views.setupCodes().get(mayAsk.setupId)
  const request = parts.views.requests().get(roleKeyOf(device))
  const isTheirs = code?.deviceId === device.deviceId && request?.setupId === mayAsk.setupId
  return isTheirs ? stillWaiting(parts, { device, record, reason }, request) : undefined
}

/** A setup code that a rejection used up tells its own key how long that lasts, and no other. */
function rejectedWith(
  { clock, views }: Pick<Parts, 'clock' | 'views'>,
  { device: { deviceId }, mayAsk }: Arrival,
): Admission | undefined {
  if (mayAsk.by !== 'setup-code') return undefined
  const now = clock.now()
  const rest = views.rests().get(deviceId)
  const isTheirs = views.setupCodes().get(mayAsk.setupId)?.deviceId === deviceId
  return isTheirs && isResting(rest, now)
    ? { outcome: 'resting', retryAfterMs: rest.until - now }
    : undefined
}

function mayNotAsk({ deviceToken }: Arrival): Admission {
  return { outcome: 'may-not-ask', deviceToken: deviceToken === undefined ? 'absent' : 'stale' }
}
