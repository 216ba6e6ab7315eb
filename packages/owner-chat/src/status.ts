import type { DeviceLists, SetupCode } from '@openclaw/device-pairing'
import { refusal } from './approve.ts'
import { deviceName, nameIn } from './device-card.ts'
import { MAX_CARDS } from './limits.ts'
import { ownCodes } from './own-codes.ts'
import { word } from './quoted.ts'
import { devicesIn, minutes } from './texts.ts'
import type { Call, Handler } from './types.ts'

/** `/pair status`: who waits, which code works, how many are paired. Shows nothing that can be approved by it. */
export const status: Handler = async (call) => {
  const { devices, owner } = call
  const lists = await devices.list(owner, { digests: 'left-out' })
  if ('outcome' in lists) return [refusal(lists)]
  const codes = await ownCodes(call)
  if ('outcome' in codes) return [refusal(codes)]
  const waiting = waitingIn(call, lists)
  const block = waiting === undefined ? {} : { preformatted: waiting }
  const lines = [
    headOf(lists),
    ...(waiting === undefined ? [] : [waiting]),
    codesIn(call, codes, lists),
    pairedIn(lists),
  ]
  return [{ text: lines.join('\n'), ...block }]
}

function headOf({ waiting }: DeviceLists): string {
  if (waiting.length === 0) return 'No device waits.'
  return `${devicesIn(waiting.length)} waiting. /pair approve shows what is asked for:`
}

/** Preformatted, for an address is a link. */
function waitingIn({ cli }: Call, { waiting }: DeviceLists): string | undefined {
  if (waiting.length === 0) return undefined
  const lines = waiting.slice(0, MAX_CARDS).map((request) => {
    const from = request.address === undefined ? '' : ` from ${word(request.address)}`
    return `- ${deviceName(request)}${from}: ${word(request.requestId)}`
  })
  const left = waiting.length - lines.length
  const more = left > 0 ? [`- and ${String(left)} more: ${cli} devices list`] : []
  return [...lines, ...more].join('\n')
}

function codesIn({ clock }: Call, codes: readonly SetupCode[], lists: DeviceLists): string {
  if (codes.length === 0) return 'No code of yours works at the moment.'
  return codes
    .map((code) =>
      code.state === 'bound'
        ? boundTo(code, lists)
        : `Your code works for ${minutes(code.expiresAt - clock.now())} more; no device has come with it yet.`,
    )
    .join('\n')
}

function boundTo({ deviceId }: SetupCode, lists: DeviceLists): string {
  const name = nameIn(lists, deviceId) ?? `The device ${word(deviceId?.slice(0, 12) ?? '')}`
  const isWaiting = lists.waiting.some((request) => request.deviceId === deviceId)
  const came = isWaiting
    ? `${name} has come with your code, and waits for you.`
    : `${name} has come with your code, and does not wait at the moment.`
  return `${came} The code serves it alone; for another device send /pair.`
}

function pairedIn({ devices }: DeviceLists): string {
  return `${devicesIn(devices.length)} paired.`
}
