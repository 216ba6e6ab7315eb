import type { MethodName, ParamsOf, ResultOf } from '@openclaw/pairing-protocol'
import type { Call } from '../args/types.ts'
import { remoteUrl } from '../remote/options.ts'
import { askGateway } from './live.ts'

/** Asks a gateway one thing; `timeoutMs` where the answer may take longer than usual. */
export type AskGateway = <M extends MethodName>(
  method: M,
  params: ParamsOf<M>,
  options?: { readonly timeoutMs?: number },
) => Promise<ResultOf<M>>

/**
 * Works with the gateway that runs on this state directory, or the one that `--url` names.
 *
 * @param scopes - what is asked for at a gateway elsewhere
 */
export async function withGateway<R>(
  call: Call,
  scopes: readonly string[],
  work: (ask: AskGateway) => Promise<R>,
): Promise<R> {
  const url = remoteUrl(call)
  if (url === undefined) {
    return work((method, params, options) => askGateway(call, { method, params, ...options }))
  }
  const { withRemote } = await import('../remote/connect.ts')
  return withRemote(call, { url, scopes }, ({ ask }) => work(ask))
}
