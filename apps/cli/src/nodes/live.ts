import { profileEnvironment, resolvePaths } from '@openclaw/pairing-config'
import { nodeFiles } from '@openclaw/pairing-config/node'
import { isOpenClawError } from '@openclaw/pairing-contracts'
import type { MethodName, ParamsOf, ResultOf } from '@openclaw/pairing-protocol'
import type { Call } from '../args/types.ts'
import { FailedError, NotFoundError, RefusedError } from '../errors.ts'
import { safe } from '../output/safe.ts'
import { type RunningGateway, runningGateway } from '../people/gateway-runs.ts'

/** One thing that the gateway is asked. */
export interface LiveAsk<M extends MethodName> {
  readonly method: M
  readonly params: ParamsOf<M>
  /** Milliseconds; 30 s unless given. */
  readonly timeoutMs?: number
}

/**
 * Asks the gateway that runs on this state directory; only it knows who is connected.
 *
 * @throws {@link FailedError} where none runs or it does not answer, {@link NotFoundError} for a node that it does not
 *   know, {@link RefusedError} for what it does not allow
 */
export async function askGateway<M extends MethodName>(
  call: Call,
  { method, params, timeoutMs }: LiveAsk<M>,
): Promise<ResultOf<M>> {
  const gateway = await gatewayOf(call)
  const { askLocalGateway } = await import('../client-app.ts')
  try {
    const place = timeoutMs === undefined ? gateway : { ...gateway, timeoutMs }
    return await askLocalGateway(place, { method, params })
  } catch (error) {
    throw inWords(error)
  }
}

interface Reached {
  readonly url: string
  readonly secret: string
  /** Of the only certificate that is trusted, where it speaks TLS. */
  readonly fingerprint?: string
}

async function gatewayOf(call: Call): Promise<Reached> {
  const { env } = call.world
  const files = nodeFiles()
  const { stateDir } = resolvePaths(
    profileEnvironment(env, files, { profile: call.profile }),
    files,
  )
  const found = await runningGateway(stateDir)
  const { port, secret, tlsFingerprint } = found ?? {}
  if (found === undefined || port === undefined || secret === undefined) {
    throw new FailedError('no gateway runs here; only it knows which nodes are connected', {
      hint: 'openclaw gateway',
      detail: { reason: 'no-gateway' },
    })
  }
  const at = `${hostOf(found)}:${String(port)}`
  if (tlsFingerprint === undefined) return { url: `ws://${at}`, secret }
  return { url: `wss://${at}`, secret, fingerprint: tlsFingerprint }
}

/** A gateway that listens everywhere is reached on this machine. */
function hostOf({ host = '127.0.0.1' }: RunningGateway): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

interface Refused {
  readonly detailCode?: string
  readonly details?: unknown
}

const NOT_THERE: ReadonlySet<string> = new Set(['NODE_UNKNOWN', 'DEVICE_UNKNOWN'])
const FORBIDDEN: ReadonlySet<string> = new Set(['NODE_COMMAND_NOT_ALLOWED', 'SCOPE_MISSING'])

/** What mends it where the list of nodes would not say. */
const WAY_OUT: ReadonlyMap<string, string> = new Map([
  [
    'command not allowlisted',
    'name it in gateway.nodes.allowCommands of openclaw.json (denyCommands outranks that), then start the gateway again',
  ],
])

/** Why a command may not be asked, in the words of the gateway; empty where it does not say. */
function reasonOf({ details }: Refused): string {
  if (typeof details !== 'object' || details === null || !('reason' in details)) return ''
  return typeof details.reason === 'string' ? details.reason : ''
}

/** What the gateway said, as an error of the command line. */
function inWords(error: unknown): unknown {
  if (!isOpenClawError(error)) return error
  const { detailCode = '' } = error as Refused
  const said = safe(error.message.replace(/^the gateway refused: /, ''))
  const detail = { reason: detailCode === '' ? error.code : detailCode }
  if (NOT_THERE.has(detailCode)) {
    return new NotFoundError(said, { hint: 'openclaw nodes list', detail })
  }
  if (FORBIDDEN.has(detailCode)) {
    const why = reasonOf(error as Refused)
    const hint = WAY_OUT.get(why) ?? 'openclaw nodes list'
    const what = why === '' ? said : `${said}: ${safe(why)}`
    return new RefusedError(`ERR_${detailCode}`, what, { hint, detail })
  }
  return new FailedError(said, { hint: 'openclaw nodes list', detail, cause: error })
}
