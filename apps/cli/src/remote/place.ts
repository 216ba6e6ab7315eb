import { hostname } from 'node:os'
import type { Call } from '../args/types.ts'
import { text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import { safe } from '../output/safe.ts'
import { pathsOf } from '../paths.ts'
import { version } from '../version.ts'
import { ANSWER_MS, LONGEST_MS } from './limits.ts'
import type { RemotePlace } from './open.ts'

/** A name longer than this is no name. */
const NAME_LENGTH = 64

/**
 * Reads which gateway is meant and who we are. A secret comes from the command line or the environment, never from the
 * configuration of this machine's own gateway.
 *
 * @throws {@link UsageError} for a timeout that is none, or two secrets
 */
export function placeOf(call: Call, url: string): RemotePlace {
  const { stateDir } = pathsOf(call)
  return {
    url,
    auth: authOf(call),
    tlsFingerprint: text(call, 'tls-fingerprint'),
    timeoutMs: answerMs(call),
    stateDir,
    version: version(),
    displayName: safe(hostname()).replaceAll('|', ' ').slice(0, NAME_LENGTH),
  }
}

function authOf(call: Call): RemotePlace['auth'] {
  const token = text(call, 'token')
  const password = text(call, 'password')
  if (token !== undefined && password !== undefined) {
    throw new UsageError('give --token or --password, not both')
  }
  if (token !== undefined) return { token }
  if (password !== undefined) return { password }
  const { OPENCLAW_GATEWAY_TOKEN, OPENCLAW_GATEWAY_PASSWORD } = call.world.env
  if (OPENCLAW_GATEWAY_TOKEN) return { token: OPENCLAW_GATEWAY_TOKEN }
  return OPENCLAW_GATEWAY_PASSWORD ? { password: OPENCLAW_GATEWAY_PASSWORD } : undefined
}

function answerMs(call: Call): number {
  const written = text(call, 'timeout')
  if (written === undefined) return ANSWER_MS
  const ms = /^\d{1,6}$/.test(written) ? Number(written) : 0
  if (ms >= 1 && ms <= LONGEST_MS) return ms
  throw new UsageError(`--timeout is a number of milliseconds, 1 to ${String(LONGEST_MS)}`)
}
