import type { SetupCode } from '@openclaw/device-pairing'
import { fingerprintWords } from '@openclaw/device-pairing'
import type { Call } from '../args/types.ts'
import type { NamedRequest } from '../devices/words.ts'
import { NotFoundError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { granted, LOOKER, withWaiting } from '../people/session.ts'
import { untilConnected } from './connected.ts'
import { decideRequest } from './decide.ts'
import type { Interrupt } from './interruptible.ts'
import type { MadeCode } from './make.ts'
import { type Sight, sightOf, watch } from './watch.ts'

/**
 * Waits for the device that comes with a code, lets the owner decide, and says when it is connected.
 *
 * @throws the reason of the signal while nothing is decided; {@link NotFoundError} where the code ended without a device
 */
export async function waitForDevice(
  call: Call,
  { setup: { setupId } }: MadeCode,
  interrupt: Interrupt,
): Promise<ExitCode> {
  const { err } = call.screen
  err.line('Waiting for the device. Ctrl-C withdraws the code.')
  const seen = { bound: false, last: undefined as NamedRequest | undefined }
  for (;;) {
    const sight = await watch(call, interrupt.signal, async (session) => {
      const now = await sightOf(session, setupId)
      return isNews(now, seen) ? now : undefined
    })
    if (sight.kind === 'over') return ended(call, sight.setup, { ...seen, interrupt })
    if (sight.kind === 'bound') {
      seen.bound = true
      err.line(boundWords(sight.setup))
    }
    if (sight.kind !== 'asks') continue
    seen.last = sight.request
    const exit = await decideRequest(call, { setupId, request: sight.request }, interrupt)
    if (exit !== 'look-again') return exit
  }
}

function isNews(sight: Sight, seen: { readonly bound: boolean }): boolean {
  return sight.kind === 'asks' || sight.kind === 'over' || (sight.kind === 'bound' && !seen.bound)
}

function boundWords({ deviceId = '' }: SetupCode): string {
  return `A device has shown the code: ${fingerprintWords(deviceId).join(' ')}. It serves that device alone now.`
}

interface Seen {
  readonly last: NamedRequest | undefined
  readonly interrupt: Interrupt
}

async function ended(
  call: Call,
  setup: SetupCode | undefined,
  { last, interrupt }: Seen,
): Promise<ExitCode> {
  const hint = 'make another one: openclaw qr'
  const state = setup?.state ?? 'expired'
  if (state === 'used') return decidedElsewhere(call, setup?.deviceId, { last, interrupt })
  const why = {
    withdrawn: 'the setup code was withdrawn',
    expired:
      setup?.deviceId === undefined
        ? 'the setup code has expired: no device showed it within 10 minutes'
        : 'the setup code has expired: the device that showed it was not decided about within an hour',
  }[state === 'withdrawn' ? state : 'expired']
  throw new NotFoundError(why, { hint, detail: { reason: state } })
}

/** Somebody else was faster: at another terminal, in a chat, on the page. */
async function decidedElsewhere(
  call: Call,
  deviceId: string | undefined,
  { last, interrupt }: Seen,
): Promise<ExitCode> {
  const device = await withWaiting(call, 'read', async ({ pairing }) => {
    const lists = granted(await pairing.devices().pairing.list(LOOKER))
    return lists.devices.find((each) => each.deviceId === deviceId)
  })
  const isIn = device?.grants.some(
    ({ role, revokedAt }) => role === 'node' && revokedAt === undefined,
  )
  if (device === undefined || isIn !== true)
    throw new NotFoundError('the device was rejected elsewhere meanwhile', {
      hint: 'openclaw audit',
      detail: { reason: 'rejected', requestId: last?.requestId ?? null },
    })
  call.screen.out.line('The device was approved elsewhere meanwhile.')
  await untilConnected(call, device, interrupt)
  return EXIT.done
}
