import { type CliError, NotFoundError, RefusedError } from '../errors.ts'
import { safe } from '../output/safe.ts'
import { type Refusal, textOf } from './refusal.ts'

/** What is said where the list of nodes is the way out. */
export const LIST = 'openclaw nodes list'

const NOT_THERE: ReadonlySet<string> = new Set(['NODE_UNKNOWN', 'DEVICE_UNKNOWN'])
const FORBIDDEN: ReadonlySet<string> = new Set([
  'GRANT_TOO_WIDE',
  'NODE_COMMAND_NOT_ALLOWED',
  'ROLE_UNAUTHORIZED',
  'SCOPE_MISSING',
])

/**
 * What a gateway does not know or does not allow, as an error of the command line; `undefined` for anything else.
 *
 * @param hints - by the code, or by the reason, where {@link LIST} would not help
 */
export function refusedInWords(
  { detailCode = '', message, details }: Refusal,
  hints: ReadonlyMap<string, string>,
): CliError | undefined {
  const said = safe(message)
  const why = textOf(details, 'reason') ?? ''
  const hint = hints.get(detailCode) ?? hints.get(why) ?? LIST
  const detail = { reason: detailCode === '' ? 'ERR_GATEWAY_REFUSED' : detailCode }
  if (NOT_THERE.has(detailCode)) return new NotFoundError(said, { hint, detail })
  if (!FORBIDDEN.has(detailCode) && !message.startsWith('missing scope')) return undefined
  const what = why === '' ? said : `${said}: ${safe(why)}`
  return new RefusedError(`ERR_${detailCode || 'SCOPE_MISSING'}`, what, { hint, detail })
}
