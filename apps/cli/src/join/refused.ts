import { safe } from '../output/safe.ts'
import { span } from '../output/time.ts'
import { type Refusal, refusalOf } from '../remote/refusal.ts'
import type { JoinErrors } from './setting.ts'

/** Words of a refusal; `kind` is the exit code. */
interface Words {
  readonly kind: 'not-found' | 'refused' | 'failed'
  readonly message: string
  readonly hint: string
}

const NEW_CODE =
  "a new one: /pair in the chat with the bot, or openclaw qr on the gateway's machine"

/** What a gateway says of a setup code, by `details.reason`. */
const CODES: ReadonlyMap<string, Words> = new Map([
  [
    'setup-code-expired',
    {
      kind: 'not-found',
      message:
        'the setup code has expired: it lives 10 minutes, and an hour once a device showed it',
      hint: NEW_CODE,
    },
  ],
  [
    'setup-code-unknown',
    {
      kind: 'not-found',
      message:
        'that gateway does not know this setup code: another one made it, or it was long ago',
      hint: NEW_CODE,
    },
  ],
  [
    'setup-code-withdrawn',
    { kind: 'refused', message: 'the setup code was withdrawn by its owner', hint: NEW_CODE },
  ],
  [
    'setup-code-used',
    {
      kind: 'not-found',
      message: 'the setup code was used: the owner has decided about the device that showed it',
      hint: NEW_CODE,
    },
  ],
  [
    'setup-code-bound-to-another-device',
    {
      kind: 'refused',
      message: 'another device showed this setup code first; it serves that one alone',
      hint: `if that was not yours, have its request rejected and the code withdrawn; ${NEW_CODE}`,
    },
  ],
])

const OLD_CODE: Words = {
  kind: 'refused',
  message: 'that gateway does not take this setup code, or not any more',
  hint: NEW_CODE,
}

const WITH_CODE = 'with a setup code it can ask: openclaw node join CODE'
const NOT_PAIRED: Words = {
  kind: 'refused',
  message: 'this computer is not paired with that gateway, or not yet',
  hint: `once the owner has approved it, openclaw node join connects; ${WITH_CODE}`,
}

const REFUSALS: ReadonlyMap<string, Words> = new Map([
  ['AUTH_TOKEN_MISSING', NOT_PAIRED],
  ['AUTH_PASSWORD_MISSING', NOT_PAIRED],
  [
    'AUTH_TOKEN_MISMATCH',
    {
      kind: 'refused',
      message: 'that gateway does not take the secret in this code',
      hint: NEW_CODE,
    },
  ],
  [
    'AUTH_DEVICE_TOKEN_MISMATCH',
    {
      kind: 'refused',
      message:
        'what this computer was given there does not hold any more, or the code is of before',
      hint: WITH_CODE,
    },
  ],
  [
    'AUTH_DEVICE_REVOKED',
    {
      kind: 'refused',
      message: 'the owner shut this computer out there: its role is revoked',
      hint: "on the gateway's machine, openclaw devices remove lets it ask anew; then with a new setup code",
    },
  ],
  [
    'PROTOCOL_MISMATCH',
    {
      kind: 'failed',
      message: 'that gateway speaks another version of the protocol',
      hint: 'bring the older of the two up to date; this one speaks the protocols 3 and 4',
    },
  ],
  [
    'DEVICE_AUTH_SIGNATURE_INVALID',
    {
      kind: 'failed',
      message: 'that gateway does not take the signature of this computer',
      hint: 'see whether something on the way changes what is sent, and whether the gateway is up to date',
    },
  ],
])

/** Why the gateway will not have this computer, as an error of the command line; `undefined` for what is no refusal. */
export function refusedError(
  problem: unknown,
  errors: JoinErrors,
  deviceId: string,
): Error | undefined {
  const refusal = refusalOf(problem)
  if (refusal === undefined) return undefined
  const { detailCode = 'GATEWAY_REFUSED', details } = refusal
  const { reason: said } = details
  const reason = typeof said === 'string' && CODES.has(said) ? said : detailCode
  return errorOf(wordsOf(refusal, reason, deviceId), reason, errors)
}

function wordsOf(refusal: Refusal, reason: string, deviceId: string): Words {
  const { detailCode, message, retryAfterMs } = refusal
  const known = CODES.get(reason) ?? REFUSALS.get(reason)
  if (known !== undefined) return known
  if (detailCode === 'AUTH_BOOTSTRAP_TOKEN_INVALID') return OLD_CODE
  if (detailCode === 'PAIRING_REJECTED') return turnedDown(retryAfterMs, deviceId)
  return {
    kind: refusal.action === 'fix-credentials' ? 'refused' : 'failed',
    message: `the gateway refused: ${safe(message)}`,
    hint: 'the log of the gateway says more',
  }
}

/** No code helps a key before its rest is over. */
function turnedDown(retryAfterMs: number | undefined, deviceId: string): Words {
  const time = retryAfterMs === undefined ? undefined : span(retryAfterMs)
  const again = time === undefined ? '' : `; it may ask again in ${time}`
  const wait = time === undefined ? 'wait a while' : `wait ${time}`
  return {
    kind: 'refused',
    message: `the owner turned this computer down${again}`,
    hint: `if that was a mistake, ${wait}, or have the owner run on the gateway's machine: openclaw devices remove ${deviceId}; then a new code: /pair in the chat with the bot, or openclaw qr there`,
  }
}

function errorOf({ kind, message, hint }: Words, reason: string, errors: JoinErrors): Error {
  // Commands that are typed here are made to work here; the others are for the gateway's machine.
  const isHere = hint.includes('openclaw node join')
  const options = {
    hint,
    detail: { reason },
    ...(isHere ? {} : ({ hintFor: 'another-machine' } as const)),
  }
  if (kind === 'not-found') return new errors.NotFoundError(message, options)
  if (kind === 'failed') return new errors.FailedError(message, options)
  const code = `ERR_${reason.toUpperCase().replaceAll('-', '_')}` as const
  return new errors.RefusedError(code, message, options)
}
