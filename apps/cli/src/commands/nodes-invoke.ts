import { randomBytes } from 'node:crypto'
import type { Json } from '@openclaw/pairing-contracts'
import type { Call, Command } from '../args/types.ts'
import { text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withGateway } from '../nodes/gateway.ts'
import { findNode } from '../nodes/named.ts'
import { notInvoked } from '../nodes/not-invoked.ts'
import { safeJson } from '../output/safe.ts'
import { remoteOptions } from '../remote/options.ts'

/** Added to what the node has, so that the gateway can say that it ran out. */
const MARGIN_MS = 5_000
const DEFAULT_MS = 30_000
const LONGEST_MS = 600_000

/** `nodes invoke`. */
export const command: Command = {
  usage: ["nodes invoke --node <node> --command <name> [--params '{…}'] [--timeout <ms>]"],
  about:
    'Asks a connected node to run one of its commands, and prints what it answers. Only what its owner granted and the gateway allows: nodes describe.',
  options: {
    node: {
      type: 'string',
      value: '<node>',
      summary: 'its id, the start of it, or your name for it',
    },
    command: { type: 'string', value: '<name>', summary: 'such as system.which' },
    params: { type: 'string', value: '<json>', summary: 'what the command takes' },
    ...remoteOptions,
    timeout: { type: 'string', value: '<ms>', summary: 'how long the node has; 30000' },
    'invoke-timeout': { type: 'string', value: '<ms>', summary: 'the same', hidden: true },
    'idempotency-key': {
      type: 'string',
      value: '<key>',
      summary: 'the same key is the same call, made once',
    },
  },
  words: { min: 0, max: 0 },
  examples: [
    {
      line: `nodes invoke --node 268f9801d37e --command system.which --params '{"bins":["git"]}'`,
      what: 'where a program lies there',
    },
  ],
  run: invoke,
}

async function invoke(call: Call): Promise<ExitCode> {
  const { node: typed, command: name } = needed(call)
  const params = paramsOf(call)
  const timeoutMs = timeoutOf(call)
  const idempotencyKey = text(call, 'idempotency-key') ?? randomBytes(16).toString('base64url')
  const answer = await withGateway(placeCall(call), ['operator.write'], async (ask) => {
    const node = await findNode(ask, typed, 'act')
    const order = { nodeId: node.nodeId, command: name, timeoutMs, idempotencyKey }
    try {
      return await ask('node.invoke', params === undefined ? order : { ...order, params }, {
        timeoutMs: timeoutMs + MARGIN_MS,
      })
    } catch (error) {
      throw notInvoked(error, { node, name, hasParams: params !== undefined })
    }
  })
  if (call.json) call.screen.json(answer)
  else call.screen.out.line(safeJson(answer.payload ?? null))
  return EXIT.done
}

function needed(call: Call): Readonly<Record<'node' | 'command', string>> {
  const [node = '', command = ''] = [text(call, 'node')?.trim(), text(call, 'command')?.trim()]
  const missing = [...(node === '' ? ['--node'] : []), ...(command === '' ? ['--command'] : [])]
  if (missing.length === 0) return { node, command }
  const verb = missing.length === 1 ? 'is' : 'are'
  throw new UsageError(`${missing.join(' and ')} ${verb} missing`, {
    hint: 'openclaw nodes invoke --help',
  })
}

/** Here `--timeout` is what the node has, also where no gateway elsewhere is meant. */
function placeCall(call: Call): Call {
  if (text(call, 'url') !== undefined) return call
  const { timeout: _, ...values } = call.values
  return { ...call, values }
}

function paramsOf(call: Call): Json | undefined {
  const written = text(call, 'params')
  if (written === undefined) return undefined
  try {
    return JSON.parse(written) as Json
  } catch {
    throw new UsageError('--params is not JSON', {
      hint: `openclaw nodes invoke --node ID --command system.which --params '{"bins":["git"]}'`,
    })
  }
}

function timeoutOf(call: Call): number {
  const written = text(call, 'invoke-timeout') ?? text(call, 'timeout')
  if (written === undefined) return DEFAULT_MS
  const ms = /^\d{1,6}$/.test(written) ? Number(written) : 0
  if (ms >= 1 && ms <= LONGEST_MS) return ms
  throw new UsageError(`--timeout is a number of milliseconds, 1 to ${String(LONGEST_MS)}`, {
    hint: 'openclaw nodes invoke --help',
  })
}
