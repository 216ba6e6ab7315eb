import { refusal } from './approve.ts'
import { ownCodes } from './own-codes.ts'
import type { Handler } from './types.ts'

/** `/pair cancel`: ends the codes of this owner. A device that has come with one still waits. */
export const cancel: Handler = async (call) => {
  const { devices, owner } = call
  const codes = await ownCodes(call)
  if ('outcome' in codes) return [refusal(codes)]
  let ended = 0
  for (const { setupId } of codes) {
    const done = await devices.setup.withdraw(owner, setupId)
    if (done.outcome === 'denied') return [refusal(done)]
    if (done.outcome === 'withdrawn') ended += 1
  }
  if (ended === 0) return [{ text: 'No code of yours works, so there is none to cancel.' }]
  const came = codes.some(({ state }) => state === 'bound')
  const waits = 'The device that has come with it waits until you decide: /pair status'
  return [{ text: ['The code works no more.', ...(came ? [waits] : [])].join(' ') }]
}
