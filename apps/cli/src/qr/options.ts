import type { SetupWish } from '@openclaw/pairing-config'
import type { Call, OptionSpec } from '../args/types.ts'
import { given, text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import { canAsk } from '../people/ask.ts'
import { warn } from '../people/warnings.ts'

/** The options of `qr`. */
export const qrOptions: Readonly<Record<string, OptionSpec>> = {
  url: {
    type: 'string',
    value: '<address>',
    summary: 'the address at which devices reach this gateway, instead of the configured one',
  },
  'public-url': { type: 'string', value: '<address>', summary: 'the same' },
  remote: { type: 'boolean', summary: 'take gateway.remote.url, or else Tailscale' },
  png: {
    type: 'string',
    value: '<file>',
    summary: 'put the picture into a new file, for you alone',
  },
  svg: {
    type: 'string',
    value: '[<file>]',
    maybeEmpty: true,
    summary: 'the same as SVG; without a file to stdout, and nothing else',
  },
  'setup-code-only': { type: 'boolean', summary: 'print the setup code and nothing else' },
  'no-ascii': { type: 'boolean', summary: 'draw nothing on the terminal' },
  'no-wait': { type: 'boolean', summary: 'do not wait for the device' },
  list: { type: 'boolean', summary: 'show the codes of the last days; makes none' },
  withdraw: { type: 'string', value: '<setupId>', summary: 'end a code; makes none' },
  token: { type: 'string', value: '<secret>', summary: 'not used any more', hidden: true },
  password: { type: 'string', value: '<secret>', summary: 'not used any more', hidden: true },
}

/** What was asked for. */
export interface QrWish {
  readonly address: SetupWish
  readonly png: string | undefined
  readonly svg: string | undefined
  /** What stdout is for. */
  readonly output: 'page' | 'json' | 'code' | 'svg'
  readonly drawn: 'yes' | 'no'
  readonly waits: 'yes' | 'no'
}

/**
 * Reads the options of `qr`.
 *
 * @throws {@link UsageError} for two that exclude each other
 */
export function readWish(call: Call): QrWish {
  warnOfSecrets(call)
  const [output, other] = outputsOf(call)
  if (output !== undefined && other !== undefined)
    throw new UsageError(
      `give ${output.flag} or ${other.flag}, not both: each has stdout to itself`,
    )
  const kind = output?.kind ?? 'page'
  const svg = text(call, 'svg')
  return {
    address: addressWish(call),
    png: text(call, 'png'),
    svg,
    output: kind,
    drawn: given(call, 'no-ascii') ? 'no' : 'yes',
    waits: kind === 'page' && !given(call, 'no-wait') && canAsk(call) ? 'yes' : 'no',
  }
}

interface Output {
  readonly kind: QrWish['output']
  readonly flag: string
}

function outputsOf(call: Call): readonly Output[] {
  return [
    ...(call.json ? [{ kind: 'json', flag: '--json' } as const] : []),
    ...(given(call, 'setup-code-only')
      ? [{ kind: 'code', flag: '--setup-code-only' } as const]
      : []),
    ...(given(call, 'svg') ? [{ kind: 'svg', flag: '--svg without a file' } as const] : []),
  ]
}

function addressWish(call: Call): SetupWish {
  const [url, same] = [text(call, 'url'), text(call, 'public-url')]
  if (url !== undefined && same !== undefined && url !== same)
    throw new UsageError('--url and --public-url mean the same: give one of them')
  const named = url ?? same
  return {
    ...(named === undefined ? {} : { url: named }),
    ...(given(call, 'remote') ? { order: 'remote' as const } : {}),
  }
}

/** In 2026.2 they went into the code: it opened the gateway for good. */
function warnOfSecrets(call: Call): void {
  const flags = ['token', 'password'].filter((name) => text(call, name) !== undefined)
  if (flags.length > 1) throw new UsageError('give --token or --password, not both')
  const [flag] = flags
  if (flag === undefined) return
  warn(call, {
    problem: `--${flag} is not used: a setup code has a secret of its own, which ends soon and serves one device`,
    fix: `leave --${flag} out`,
  })
}
