import type { SetupCode } from '@openclaw/device-pairing'
import { refusal } from './approve.ts'
import { nameIn } from './device-card.ts'
import { ownCodes } from './own-codes.ts'
import type { Call, Handler } from './types.ts'

/** `/pair cancel`: ends the codes of this owner. A device that has come with one, and waits, waits on. */
export const cancel: Handler = async (call) => {
  const { devices, owner } = call
  const codes = await ownCodes(call)
  if ('outcome' in codes) return [refusal(codes)]
  const ended: SetupCode[] = []
  for (const { setupId } of codes) {
    const done = await devices.setup.withdraw(owner, setupId)
    if (done.outcome === 'denied') return [refusal(done)]
    if (done.outcome === 'withdrawn') ended.push(done.setup)
  }
  if (ended.length === 0) return [{ text: 'No code of yours works, so there is none to cancel.' }]
  const head = ended.length === 1 ? 'The code works no more.' : 'The codes work no more.'
  return [{ text: [head, ...(await afterwards(call, ended))].join(' ') }]
}

/** What becomes of the devices that have come with them. */
async function afterwards(
  { devices, owner }: Call,
  codes: readonly SetupCode[],
): Promise<readonly string[]> {
  const came = codes.flatMap(({ deviceId }) => deviceId ?? [])
  if (came.length === 0) return []
  const lists = await devices.list(owner, { digests: 'left-out' })
  if ('outcome' in lists) return []
  return came.map((deviceId) =>
    lists.waiting.some((request) => request.deviceId === deviceId)
      ? `${nameIn(lists, deviceId) ?? 'The device'}, which has come with it, waits until you decide: /pair status`
      : 'The device that had come with it does not wait, and needs a new one: /pair',
  )
}
