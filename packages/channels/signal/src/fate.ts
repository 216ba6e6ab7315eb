import type { Try } from '@openclaw/pairing-channel-kit'
import type { SendOutcome } from '@openclaw/pairing-contracts'
import { isRecord, isTime, type UnknownRecord } from './json.ts'
import { plainText, type RpcAnswer } from './rpc.ts'

const IDENTITY =
  'their safety number changed: compare it with them, then `signal-cli trust -a <your number> <their number>`'
const CAPTCHA =
  'Signal asks for a captcha before this account may write to strangers: `signal-cli submitRateLimitChallenge`'
const SLOWER = 'Signal lets this account send no more for a while'

/** What the daemon says of one recipient; whatever else it says leaves the fate unknown. */
const BY_TYPE: Readonly<Record<string, SendOutcome>> = {
  UNREGISTERED_FAILURE: { outcome: 'refused', reason: 'nobody has Signal under this id' },
  IDENTITY_FAILURE: { outcome: 'refused', reason: IDENTITY },
  INVALID_PRE_KEY_FAILURE: {
    outcome: 'failed',
    reason: 'their device gave keys that are not valid',
  },
  RATE_LIMIT_FAILURE: { outcome: 'failed', reason: SLOWER },
  PROOF_REQUIRED: { outcome: 'failed', reason: CAPTCHA },
  NETWORK_FAILURE: { outcome: 'unknown', reason: 'the daemon lost its connection to Signal' },
}

/** By the codes of the daemon, where no recipient is named; -3 (input and output), -2 and others say nothing certain. */
const BY_CODE: Readonly<Record<number, SendOutcome['outcome'] | undefined>> = {
  [-1]: 'refused',
  [-4]: 'refused',
  [-5]: 'failed',
  [-6]: 'failed',
  [-32600]: 'refused',
  [-32601]: 'refused',
  [-32602]: 'refused',
  [-32700]: 'refused',
}

/** Reads what the daemon says of a send to one recipient. */
export function fateOf(answer: RpcAnswer): Try {
  switch (answer.kind) {
    case 'unreachable':
      return { outcome: 'again', reason: answer.reason }
    case 'lost':
      return { outcome: 'unknown', reason: answer.reason }
    case 'foreign':
      return foreign(answer.status)
    case 'result':
      return (
        fateOfResult(answer.result) ?? { outcome: 'unknown', reason: 'an answer that says nothing' }
      )
    case 'error':
      return fateOfError(answer)
  }
}

/** A proxy before the daemon that fails does not say whether the text went on. */
function foreign(status: number): Try {
  const reason = `the daemon answered with HTTP ${String(status)}`
  return { outcome: status >= 400 && status < 500 ? 'refused' : 'unknown', reason }
}

function fateOfError({ code, message, data }: Extract<RpcAnswer, { kind: 'error' }>): Try {
  const fate = isRecord(data) ? fateOfResult(data.response) : undefined
  if (fate !== undefined && fate.outcome !== 'sent') return fate
  const outcome = BY_CODE[code] ?? 'unknown'
  return { outcome, reason: `${message} (${String(code)})` } as Try
}

/** Each recipient has a result of its own; ours is the only one. */
function fateOfResult(result: unknown): SendOutcome | undefined {
  if (!isRecord(result)) return undefined
  const { results, timestamp } = result
  const [only] = Array.isArray(results) ? results : []
  if (!isRecord(only) || typeof only.type !== 'string') return undefined
  if (only.type === 'SUCCESS')
    return { outcome: 'sent', ...(isTime(timestamp) && { messageId: String(timestamp) }) }
  if (only.type === 'RATE_LIMIT_FAILURE' && typeof only.token === 'string') return challenged(only)
  const known = Object.hasOwn(BY_TYPE, only.type) ? BY_TYPE[only.type] : undefined
  return known ?? { outcome: 'unknown', reason: `the daemon says ${plainText(only.type)}` }
}

function challenged({ token, retryAfterSeconds: seconds }: UnknownRecord): SendOutcome {
  const until = typeof seconds === 'number' ? `, or wait ${String(seconds)} s` : ''
  const how = `--challenge ${plainText(String(token))} --captcha <captcha>${until}`
  return { outcome: 'failed', reason: `${CAPTCHA.slice(0, -1)} ${how}\`` }
}
