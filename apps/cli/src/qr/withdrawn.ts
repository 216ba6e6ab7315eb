import type { Call } from '../args/types.ts'
import { deviceWords, type NamedRequest, withLabel } from '../devices/words.ts'
import { safe } from '../output/safe.ts'
import { granted, LOOKER, withWaiting } from '../people/session.ts'
import type { MadeCode } from './make.ts'
import { codeOf } from './watch.ts'

/** Says that a code is worthless now, and what is left of it: who asked with it before still asks. */
export async function withdrawnPage(call: Call, { setup }: MadeCode): Promise<void> {
  const { err } = call.screen
  err.line('Withdrawn: the setup code is worthless now.')
  const left = await requestOf(call, setup.setupId)
  if (left === undefined) return
  err.prose(
    `The request of ${deviceWords(left)} stays on the list while the device asks. To turn it down:`,
  )
  err.line(`  ${call.program} devices reject ${safe(left.requestId)}`)
}

/** The request of the device that showed a code, while it waits. */
function requestOf(call: Call, setupId: string): Promise<NamedRequest | undefined> {
  return withWaiting(call, 'read', async ({ pairing }) => {
    const { pairing: devices } = pairing.devices()
    const { deviceId } = (await codeOf(devices, LOOKER, setupId)) ?? {}
    if (deviceId === undefined) return undefined
    const lists = granted(await devices.list(LOOKER))
    const found = lists.waiting.find((each) => each.deviceId === deviceId && each.role === 'node')
    return found && withLabel(found, lists)
  })
}
