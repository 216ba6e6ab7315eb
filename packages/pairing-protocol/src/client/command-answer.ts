import type { ChannelLog } from '@openclaw/pairing-contracts'
import type { NodeFailure, NodeInvokeRequest, NodeInvokeResult } from '../nodes.ts'
import { REQUEST_TIMEOUT_MS } from './limits.ts'
import type { Link } from './link.ts'
import { CommandFailed, RequestNotSent } from './request-errors.ts'
import { nameOf } from './safely.ts'

/** What a node says about a command that it did not do. */
export const FAILURES: {
  readonly unknown: NodeFailure
  readonly params: NodeFailure
  readonly busy: NodeFailure
  readonly timeout: NodeFailure
  readonly tooLarge: NodeFailure
  readonly failed: NodeFailure
} = {
  unknown: { code: 'UNKNOWN_COMMAND', message: 'the node has no such command' },
  params: { code: 'INVALID_PARAMS', message: 'the parameters are no JSON that can be read' },
  busy: { code: 'BUSY', message: 'the node runs as many commands as it can' },
  timeout: { code: 'TIMEOUT', message: 'the command was not done in time' },
  tooLarge: { code: 'RESULT_TOO_LARGE', message: 'the result is larger than the gateway takes' },
  failed: { code: 'FAILED', message: 'the command failed on the node' },
}

/** What a command came to: text of JSON, nothing, or a failure. */
export type CommandOutcome =
  | { readonly ok: true; readonly payloadJSON: string | undefined }
  | { readonly ok: false; readonly error: NodeFailure }

const MAX_REASON = 64
const MAX_MESSAGE = 1_000

/** What is told about an error that a handler threw. */
export function failureOf(error: unknown): NodeFailure {
  if (!(error instanceof CommandFailed)) return FAILURES.failed
  return { code: error.reason.slice(0, MAX_REASON), message: error.message.slice(0, MAX_MESSAGE) }
}

/** Tells the gateway what a command came to, on the connection that asked. Never rejects. */
export async function answerCommand(
  asked: { readonly request: NodeInvokeRequest; readonly link: Link },
  outcome: CommandOutcome,
  log: ChannelLog,
): Promise<void> {
  const { request, link } = asked
  const params: NodeInvokeResult = { id: request.id, nodeId: request.nodeId, ...told(outcome) }
  try {
    await link.request({ method: 'node.invoke.result', params, timeoutMs: REQUEST_TIMEOUT_MS })
  } catch (error) {
    log('warn', 'client.command.not-answered', { command: request.command, error: nameOf(error) })
    if (error instanceof RequestNotSent && error.fault === 'too-large' && outcome.ok) {
      await answerCommand(asked, { ok: false, error: FAILURES.tooLarge }, log)
    }
  }
}

function told(outcome: CommandOutcome): Pick<NodeInvokeResult, 'ok' | 'payloadJSON' | 'error'> {
  if (!outcome.ok) return outcome
  const { payloadJSON } = outcome
  return payloadJSON === undefined ? { ok: true } : { ok: true, payloadJSON }
}
