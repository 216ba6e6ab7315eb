import { refusal, requestIdOf } from './approve.ts'
import type { Handler } from './types.ts'

/** `/pair reject <number|id>`: turns one request away. */
export const reject: Handler = async (call) => {
  const { devices, owner, shown, words } = call
  const requestId = words.what === undefined ? undefined : requestIdOf(call, words.what)
  if (requestId === undefined)
    return [
      { text: 'Say which one: its number in the last list, or its id. /pair status lists them.' },
    ]
  const done = await devices.reject(owner, requestId)
  switch (done.outcome) {
    case 'rejected':
      await shown.forget(owner, [requestId])
      return [{ text: 'Rejected. This device may not ask again for a while.' }]
    case 'settled':
      return [
        { text: `Nothing is left to reject: this request was ${done.settled.outcome} already.` },
      ]
    case 'unknown':
      return [{ text: 'No request has this number or id. /pair status lists them.' }]
    case 'denied':
      return [refusal(done)]
  }
}
