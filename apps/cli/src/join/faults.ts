import { isOpenClawError } from '@openclaw/pairing-contracts'
import type { SetupCodeFault } from '@openclaw/pairing-protocol'
import { safe } from '../output/safe.ts'
import type { JoinErrors } from './setting.ts'

const NEW_CODE =
  "a new one: /pair in the chat with the bot, or openclaw qr on the gateway's machine"

const FAULTS: Readonly<Record<SetupCodeFault, readonly [message: string, hint: string]>> = {
  empty: ['no setup code was given', `openclaw node join, then paste it; ${NEW_CODE}`],
  'cut-off': [
    'the setup code lacks characters',
    'copy the whole message that holds it, from its first character to its last',
  ],
  'not-a-setup-code': [
    'that is no setup code',
    `a setup code is one long word that begins with eyJ; ${NEW_CODE}`,
  ],
  'no-url': ['the setup code does not say where the gateway is', NEW_CODE],
  'bad-url': [
    'the setup code names an address that is none',
    "most likely characters were lost: copy the whole message again; if it stays so, openclaw doctor on the gateway's machine says which setting",
  ],
  'no-secret': ['the setup code holds nothing to ask with', NEW_CODE],
  'too-long': ['that is longer than any setup code', NEW_CODE],
}

/** The error for what was given instead of a setup code. Tells nothing of it: it may hold a secret. */
export function faultError(fault: SetupCodeFault, errors: JoinErrors): Error {
  const [message, hint] = FAULTS[fault]
  return new errors.UsageError(message, { hint, detail: { reason: `setup-code-${fault}` } })
}

const PIN =
  'compare with what the gateway shows on its own machine: another one there means that somebody is in between'
const PLAIN =
  "use wss:// or a private address: on the gateway's machine, openclaw doctor says which setting; then a new code"

const TWICE = 'another openclaw node join with the same key is connected now, so this one ended'
const APART =
  'to have two nodes on this computer, give each a key of its own: OPENCLAW_STATE_DIR=… openclaw node join CODE'

/** The error for what went wrong on this side, or on the way; one of the command line as it is. */
export function troubleError(problem: unknown, errors: JoinErrors): unknown {
  if (!isOpenClawError(problem) || 'exitCode' in problem) return problem
  const { code, hint } = problem
  const message = safe(problem.message)
  const detail = { reason: code }
  if (code === 'ERR_TLS_FINGERPRINT') {
    return new errors.RefusedError(code, `${message}; nothing was sent`, { hint: PIN, detail })
  }
  if (code === 'ERR_GATEWAY_URL') {
    return new errors.RefusedError(code, message, { hint: PLAIN, detail })
  }
  if (code === 'ERR_CONNECTION_REPLACED') {
    return new errors.RefusedError(code, TWICE, { hint: APART, detail })
  }
  return new errors.FailedError(message, { ...(hint === undefined ? {} : { hint }), detail })
}
