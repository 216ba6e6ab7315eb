import { fingerprintWords } from '@openclaw/device-pairing'
import { isOpenClawError, type OpenClawError } from '@openclaw/pairing-contracts'
import { type CliError, FailedError, RefusedError, UsageError } from '../errors.ts'
import { safe } from '../output/safe.ts'
import { span } from '../output/time.ts'
import { argumentWord } from '../program.ts'
import type { Opened, RemotePlace } from './open.ts'
import { type Refusal, refusalOf, textOf } from './refusal.ts'

type NotOpen = Extract<Opened, { readonly outcome: 'refused' }>

/** What was tried. */
export interface Tried {
  readonly place: Pick<RemotePlace, 'url' | 'auth'>
  readonly scopes: readonly string[]
}

/** Why there is no connection, as an error of the command line. */
export function notConnected({ problem, deviceId }: NotOpen, tried: Tried): unknown {
  const refusal = refusalOf(problem)
  if (refusal !== undefined) return refused(refusal, deviceId, tried)
  return isOpenClawError(problem) ? unreached(problem, tried) : problem
}

const SELF_SIGNED = /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/i
const PIN =
  'where the certificate is its own, give the fingerprint that the gateway shows as --tls-fingerprint'
const LOOK =
  'see whether the gateway runs there, and whether address, port and wss:// or ws:// are right'

/** A port that speaks TLS ends whoever speaks in clear without a word. */
const CUT_OFF = /socket hang up|ECONNRESET/i
const MAYBE_TLS =
  'that port may speak TLS: try wss://, with the fingerprint that the gateway shows as --tls-fingerprint'

function unreachedHint(said: string, url: string): string {
  if (SELF_SIGNED.test(said)) return PIN
  return CUT_OFF.test(said) && /^ws:/i.test(url.trim()) ? MAYBE_TLS : LOOK
}

/** What the TLS library says of an answer that is no TLS is for its authors. */
function notReached(said: string, host: string): string {
  const what = /wrong version number/i.test(said)
    ? 'the gateway was not reached: no TLS there'
    : said
  return what.includes(host) ? what : `${what} (${host})`
}

function unreached(problem: OpenClawError, { place }: Tried): CliError | OpenClawError {
  const { code } = problem
  const said = safe(problem.message)
  const more = { detail: { reason: code }, cause: problem }
  switch (code) {
    case 'ERR_GATEWAY_URL':
      return wrongUrl(problem)
    case 'ERR_CLIENT_OPTIONS':
      return new UsageError(
        said.replace(/^.*cannot be used: the TLS fingerprint/, '--tls-fingerprint'),
      )
    case 'ERR_TLS_FINGERPRINT':
      return new RefusedError(code, `${said}; nothing was sent`, {
        hint: 'compare with what the gateway shows on its own machine: another one there means that somebody is in between',
        ...more,
      })
    case 'ERR_GATEWAY_UNREACHABLE':
      return new FailedError(notReached(said, shownUrl(place.url)), {
        hint: unreachedHint(said, place.url),
        ...more,
      })
    case 'ERR_CONNECT_TIMEOUT':
    case 'ERR_NOT_READY':
      return new FailedError(`no answer from ${shownUrl(place.url)} in time`, {
        hint: 'see whether an OpenClaw gateway is there; --timeout 30000 waits longer',
        ...more,
      })
    case 'ERR_CONNECTION_LOST':
      return new FailedError(said, { hint: 'the log of the gateway says more', ...more })
    default:
      return problem
  }
}

/** Only what was read as an address may be shown: anything else may hold a secret. */
function shownUrl(url: string): string {
  return safe(new URL(url).host)
}

function wrongUrl(problem: OpenClawError): CliError {
  const fault = 'fault' in problem ? problem.fault : undefined
  if (fault !== 'plain-text') {
    const hint = 'write it as --url wss://host:18789; a secret is OPENCLAW_GATEWAY_TOKEN or --token'
    return new UsageError(problem.message, { hint })
  }
  return new RefusedError('ERR_GATEWAY_URL', problem.message, {
    hint: 'use wss://, or a tunnel: ssh -N -L 18790:127.0.0.1:18789 HOST, then --url ws://127.0.0.1:18790',
    detail: { reason: 'plain-text' },
  })
}

const GIVE =
  'give the secret that the gateway has now: OPENCLAW_GATEWAY_TOKEN, --token or --password'

const WORDS: ReadonlyMap<string, readonly [message: string, hint: string]> = new Map([
  ['AUTH_TOKEN_MISSING', ['this computer is not paired with that gateway', GIVE]],
  ['AUTH_PASSWORD_MISSING', ['this computer is not paired with that gateway', GIVE]],
  ['AUTH_TOKEN_MISMATCH', ['that is not the token of the gateway', GIVE]],
  ['AUTH_PASSWORD_MISMATCH', ['that is not the password of the gateway', GIVE]],
  [
    'AUTH_DEVICE_REVOKED',
    ['this computer was shut out there: its role is revoked', `to ask again, ${GIVE}`],
  ],
  [
    'AUTH_SCOPE_MISMATCH',
    ['this computer was not given what this needs', `to ask for it, ${GIVE}`],
  ],
  [
    'PAIRING_LIST_FULL',
    ['as many devices wait there as may', "on the gateway's machine: openclaw devices list"],
  ],
])

function refused(refusal: Refusal, deviceId: string | undefined, tried: Tried): CliError {
  const { detailCode = '', retryAfterMs, message } = refusal
  const code = `ERR_${detailCode || 'GATEWAY_REFUSED'}` as const
  const detail = { reason: detailCode || 'GATEWAY_REFUSED', ...(retryAfterMs && { retryAfterMs }) }
  if (detailCode === 'AUTH_RATE_LIMITED') {
    return new RefusedError(code, `too many wrong secrets came from here${again(retryAfterMs)}`, {
      hint: 'a computer that is paired already is let in without --token, --password and OPENCLAW_GATEWAY_TOKEN',
      detail,
    })
  }
  if (detailCode === 'PAIRING_REJECTED') {
    const what = `the owner turned this computer down${again(retryAfterMs)}`
    const hint = hereWords(deviceId)
    return new RefusedError(code, what, { hint, hintFor: 'another-machine', detail })
  }
  if (detailCode === 'AUTH_DEVICE_TOKEN_MISMATCH') return noLonger(tried)
  const words = WORDS.get(detailCode)
  if (words !== undefined) {
    return new RefusedError(code, words[0], { hint: words[1], hintFor: 'another-machine', detail })
  }
  if (refusal.action === 'wait-for-approval') return pairingRequired(refusal, deviceId, tried)
  if (refusal.action === 'fix-credentials') {
    return new RefusedError(code, safe(message), { hint: GIVE, detail })
  }
  return new FailedError(`the gateway refused: ${safe(message)}`, {
    hint:
      detailCode === 'PROTOCOL_MISMATCH'
        ? 'bring the older of the two up to date; this one speaks the protocols 3 and 4'
        : 'the log of the gateway says more',
    detail,
  })
}

/** Said of a device token of before, and of a wrong secret in its place. */
function noLonger({ place }: Tried): RefusedError {
  const [what, hint] =
    place.auth === undefined
      ? ['what this computer was given there does not hold any more', `to ask again, ${GIVE}`]
      : ['this computer is not paired there, and that is not the secret of the gateway', GIVE]
  const detail = { reason: 'AUTH_DEVICE_TOKEN_MISMATCH' }
  return new RefusedError('ERR_AUTH_DEVICE_TOKEN_MISMATCH', what, { hint, detail })
}

function again(retryAfterMs: number | undefined): string {
  return retryAfterMs === undefined ? '' : `; again in ${span(retryAfterMs)}`
}

function hereWords(deviceId: string | undefined): string {
  return deviceId === undefined
    ? "on the gateway's machine: openclaw devices list"
    : `to let it ask at once, on the gateway's machine: openclaw devices remove ${deviceId}`
}

const ASKS: ReadonlyMap<string, string> = new Map([
  ['scope-upgrade', 'this computer asks for more than it was given there; the owner decides'],
  ['role-upgrade', 'this computer asks to be an operator there; the owner decides'],
  ['metadata-upgrade', 'this computer looks like another one to that gateway; the owner decides'],
])

/** Who asks, what for, and the command for the owner: as it is typed on the machine of the gateway. */
function pairingRequired(
  { requestId, details, detailCode }: Refusal,
  deviceId: string | undefined,
  { scopes }: Tried,
): RefusedError {
  const reason = textOf(details, 'reason') ?? 'not-paired'
  const fingerprint = deviceId === undefined ? [] : fingerprintWords(deviceId)
  const asks =
    ASKS.get(reason) ??
    'this computer is not paired with that gateway; it asks now, the owner decides'
  const lines = [
    ...(requestId === undefined ? [] : [`Request    ${safe(requestId)}`]),
    ...(deviceId === undefined
      ? []
      : [
          `Device     ${deviceId}`,
          `Key words  ${fingerprint.join(' ')} (the same where the owner is asked)`,
        ]),
    `Asks for   ${scopes.join(', ')}`,
  ]
  const command =
    requestId === undefined || safe(requestId) !== requestId
      ? 'openclaw devices list'
      : `openclaw devices approve ${argumentWord(requestId)}`
  return new RefusedError(`ERR_${detailCode ?? 'PAIRING_REQUIRED'}`, asks, {
    lines,
    hint: `on the gateway's machine: ${command}`,
    hintFor: 'another-machine',
    detail: {
      reason,
      requestId: requestId ?? null,
      deviceId: deviceId ?? null,
      fingerprint: [...fingerprint],
      scopes: [...scopes],
    },
  })
}
