import { isOpenClawError } from '@openclaw/pairing-contracts'
import type { MethodName, ParamsOf, ResultOf } from '@openclaw/pairing-protocol'
import type { Call } from '../args/types.ts'
import { readConfig } from '../config.ts'
import { FailedError } from '../errors.ts'
import { safe } from '../output/safe.ts'
import { pathsOf } from '../paths.ts'
import { type RunningGateway, runningGateway } from '../people/gateway-runs.ts'
import { refusalOf } from '../remote/refusal.ts'
import { LIST, refusedInWords } from '../remote/refused.ts'

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
  const found = await runningGateway(pathsOf(call).stateDir)
  const { port, secret, tlsFingerprint } = found ?? {}
  if (found === undefined || port === undefined || secret === undefined) {
    throw await noGateway(call)
  }
  const at = `${hostOf(found)}:${String(port)}`
  if (tlsFingerprint === undefined) return { url: `ws://${at}`, secret }
  return { url: `wss://${at}`, secret, fingerprint: tlsFingerprint }
}

async function noGateway(call: Call): Promise<FailedError> {
  const { store } = await readConfig(call)
  const isShared = store.kind === 'postgres'
  const what = isShared
    ? 'no gateway runs on this machine; only gateways know which nodes are connected'
    : 'no gateway runs here; only it knows which nodes are connected'
  return new FailedError(what, {
    hint: isShared ? 'ask one elsewhere: --url wss://gateway.example.org' : 'openclaw gateway',
    detail: { reason: 'no-gateway' },
  })
}

/** A gateway that listens everywhere is reached on this machine. */
function hostOf({ host = '127.0.0.1' }: RunningGateway): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** What mends it where the list of nodes would not say. */
const WAY_OUT: ReadonlyMap<string, string> = new Map([
  [
    'command not allowlisted',
    'name it in gateway.nodes.allowCommands of openclaw.json (denyCommands outranks that), then start the gateway again',
  ],
])

/** Not the list of nodes: that says the same. */
const STATE = 'openclaw doctor'

/** What the gateway said, as an error of the command line. */
function inWords(error: unknown): unknown {
  if (!isOpenClawError(error)) return error
  const refusal = refusalOf(error)
  const known = refusal && refusedInWords(refusal, WAY_OUT)
  if (known !== undefined) return known
  const reason = refusal?.detailCode ?? error.code
  if (reason === 'STORE_UNAVAILABLE') {
    const what = 'the gateway cannot read or write its state now; nobody is let in until it can'
    return new FailedError(what, { hint: STATE, detail: { reason }, cause: error })
  }
  const said = safe(refusal?.message ?? error.message)
  return new FailedError(said, { hint: LIST, detail: { reason }, cause: error })
}
