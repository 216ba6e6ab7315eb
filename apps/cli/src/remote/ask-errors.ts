import { isOpenClawError } from '@openclaw/pairing-contracts'
import { type CliError, FailedError, RefusedError } from '../errors.ts'
import { safe } from '../output/safe.ts'
import type { RemoteGateway } from './open.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import { LIST, refusedInWords } from './refused.ts'

/** Refusals that say what became of the thing that was named: whoever asked knows more to say about them. */
const TOLD: ReadonlySet<string> = new Set([
  'REQUEST_UNKNOWN',
  'REQUEST_SETTLED',
  'REQUEST_CHANGED',
  'DEVICE_UNKNOWN',
  'DEVICE_ROLE_UNKNOWN',
])

/** Awaits an answer, and makes what went wrong an error of the command line. */
export async function asked<R>(
  gateway: Pick<RemoteGateway, 'methods'>,
  method: string,
  answer: () => Promise<R>,
): Promise<R> {
  try {
    return await answer()
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw notAnswered(error)
    if (TOLD.has(refusal.detailCode ?? '')) throw error
    const isNotOffered = !gateway.methods.includes(method) && saysUnknown(refusal)
    throw isNotOffered ? tooOld(method) : inWords(refusal)
  }
}

/** Gateways tell of a method that they do not know as of one that is for `operator.admin`. */
function saysUnknown({ detailCode, message }: Refusal): boolean {
  return detailCode === 'METHOD_UNKNOWN' || message.endsWith('missing scope: operator.admin')
}

/** The error for rights that this computer was not given, and nothing that lets it ask for them. */
export function scopesMissing(scopes: readonly string[]): RefusedError {
  const names = scopes.map(safe).join(', ')
  return new RefusedError('ERR_SCOPE_MISSING', `this computer was not given ${names} there`, {
    hint: 'the same with OPENCLAW_GATEWAY_TOKEN (or --token) asks the owner for it',
    detail: { reason: 'SCOPE_MISSING', scopes: [...scopes] },
  })
}

function tooOld(method: string): FailedError {
  return new FailedError(`the gateway does not offer ${method}`, {
    hint: "do it on the gateway's machine, or bring its OpenClaw up to date",
    detail: { reason: 'METHOD_UNKNOWN' },
  })
}

function notAnswered(error: unknown): unknown {
  if (!isOpenClawError(error) || error.code !== 'ERR_NO_ANSWER') return error
  return new FailedError(safe(error.message), {
    hint: 'look first whether it was done: openclaw devices list',
    detail: { reason: error.code },
    cause: error,
  })
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['GRANT_TOO_WIDE', "decide it on the gateway's machine"],
  ['ROLE_UNAUTHORIZED', "decide it on the gateway's machine"],
  ['SCOPE_MISSING', 'the same with OPENCLAW_GATEWAY_TOKEN (or --token) asks the owner for it'],
])

function inWords(refusal: Refusal): CliError {
  const { detailCode = 'ERR_GATEWAY_REFUSED', message } = refusal
  const unforeseen = () =>
    new FailedError(`the gateway refused: ${safe(message)}`, {
      hint: HINTS.get(detailCode) ?? LIST,
      detail: { reason: detailCode },
    })
  return refusedInWords(refusal, HINTS) ?? unforeseen()
}
