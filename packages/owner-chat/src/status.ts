import type { DeviceLists, SetupCode } from '@openclaw/device-pairing'
import { refusal } from './approve.ts'
import { deviceName } from './device-card.ts'
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
  return [{ text: [waitingIn(call, lists), codesIn(call, codes), pairedIn(lists)].join('\n') }]
}

function waitingIn({ cli }: Call, { waiting }: DeviceLists): string {
  if (waiting.length === 0) return 'No device waits.'
  const lines = waiting.slice(0, MAX_CARDS).map((request) => {
    const from = request.address === undefined ? '' : ` from ${word(request.address)}`
    return `- ${deviceName(request)}${from}: ${word(request.requestId)}`
  })
  const left = waiting.length - lines.length
  const more = left > 0 ? [`- and ${String(left)} more: ${cli} devices list`] : []
  const head = `${devicesIn(waiting.length)} waiting. /pair approve shows what is asked for:`
  return [head, ...lines, ...more].join('\n')
}

function codesIn({ clock }: Call, codes: readonly SetupCode[]): string {
  if (codes.length === 0) return 'No code of yours works at the moment.'
  return codes
    .map(({ state, expiresAt }) =>
      state === 'bound'
        ? 'A device has come with your code; nobody else can use it.'
        : `Your code works for ${minutes(expiresAt - clock.now())} more; no device has come with it yet.`,
    )
    .join('\n')
}

function pairedIn({ devices }: DeviceLists): string {
  return `${devicesIn(devices.length)} paired.`
}
