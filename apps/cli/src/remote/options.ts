import type { Call, OptionSpec } from '../args/types.ts'
import { text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import { withPlace } from '../hints.ts'

/** The options by which a command speaks to a gateway elsewhere instead of working on the state directory. */
export const remoteOptions: Readonly<Record<string, OptionSpec>> = {
  url: {
    type: 'string',
    value: '<wss://host:port>',
    summary: 'a gateway elsewhere, instead of the state directory here',
  },
  token: {
    type: 'string',
    value: '<secret>',
    summary: 'its token, to ask to be paired; others see it in ps, but not OPENCLAW_GATEWAY_TOKEN',
  },
  password: {
    type: 'string',
    value: '<secret>',
    summary: 'its password, where it has one; or OPENCLAW_GATEWAY_PASSWORD',
  },
  'tls-fingerprint': {
    type: 'string',
    value: '<sha256>',
    summary: 'of its certificate: no other is trusted',
  },
  timeout: { type: 'string', value: '<ms>', summary: 'how long it may take to answer; 10000' },
}

const ONLY_AFAR = ['token', 'password', 'tls-fingerprint', 'timeout'] as const

/**
 * The gateway that `--url` names; `undefined` where the state directory here is meant.
 *
 * @throws {@link UsageError} where something is given that is for such a gateway alone
 */
export function remoteUrl(call: Pick<Call, 'values'>): string | undefined {
  const url = text(call, 'url')
  const option = ONLY_AFAR.find((name) => text(call, name) !== undefined)
  if (url !== undefined || option === undefined) return url
  throw new UsageError(`--${option} is for a gateway elsewhere, which --url names`, {
    hint: 'leave it out for the state directory of this machine: nothing is asked for there',
  })
}

/** A command line of ours that works where it is printed, on the gateway that this one is about. */
export function commandLine(call: Pick<Call, 'values' | 'program'>, line: string): string {
  return withPlace(`openclaw ${line}`, text(call, 'url')).replace('openclaw', () => call.program)
}

/** The error for an approval that the wire cannot say. */
export function notOnWire(): UsageError {
  return new UsageError('a gateway elsewhere is told yes or no: leave out --scopes and --label', {
    hint: "a name can be given afterwards: openclaw devices rename; fewer scopes only on the gateway's machine",
  })
}
