import type { ChannelLog, Json } from '@openclaw/pairing-contracts'
import { decodeEvent } from '../decode-event.ts'
import type { EventFrame } from '../frame.ts'
import { inspect } from '../inspect.ts'
import { ANSWER_LIMITS, MAX_INVOKE_TIMEOUT_MS } from '../limits.ts'
import type { NodeFailure, NodeInvokeRequest } from '../nodes.ts'
import { scan } from '../scan.ts'
import { answerCommand, type CommandOutcome, FAILURES, failureOf } from './command-answer.ts'
import type { CommandHandler, CommandHandlers } from './command-types.ts'
import { COMMAND_TIMEOUT_MS } from './limits.ts'
import type { Link } from './link.ts'
import type { Timers } from './ports.ts'
import { parseJson } from './private-file.ts'
import { nameOf } from './safely.ts'

/** The commands that one node runs. */
export interface NodeCommands {
  /** Runs the command of a `node.invoke.request` and answers it; any other event is nothing to it. */
  readonly asked: (frame: EventFrame, link: Link) => void
  /** The connection ended: nobody waits for the answers any more. */
  readonly gone: () => void
}

interface CommandParts {
  readonly handlers: CommandHandlers
  /** Commands at a time; one whose time is over counts until its handler has ended. */
  readonly most: number
  readonly timers: Timers
  readonly log: ChannelLog
}

interface Asked {
  readonly request: NodeInvokeRequest
  readonly link: Link
}

interface Running extends Asked {
  readonly abort: AbortController
}

/** Runs commands, at most `most` at a time. */
export function nodeCommands(parts: CommandParts): NodeCommands {
  const { log } = parts
  const running = new Set<Running>()
  const begin = (asked: Asked): void => {
    const ready = readyToRun(asked, parts, running.size)
    if ('refused' in ready) void answerCommand(asked, { ok: false, error: ready.refused }, log)
    else void run(asked, ready, { parts, running })
  }
  return {
    asked: (frame, link) => {
      if (frame.event !== 'node.invoke.request') return
      const decoded = decodeEvent('node.invoke.request', frame.payload)
      if (!decoded.ok) {
        log('warn', 'client.command.unreadable', { problem: decoded.refusal.message })
        return
      }
      const request = decoded.value
      const same = (each: Running) => each.link === link && each.request.id === request.id
      // Said twice on one connection: it is under way.
      if (![...running].some(same)) begin({ request, link })
    },
    gone: () => {
      for (const { abort } of running) abort.abort()
    },
  }
}

interface Ready {
  readonly handler: CommandHandler
  readonly params: Json | undefined
}

function readyToRun(
  { request }: Asked,
  { handlers, most }: CommandParts,
  count: number,
): Ready | { readonly refused: NodeFailure } {
  const { command, paramsJSON } = request
  const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined
  if (handler === undefined) return { refused: FAILURES.unknown }
  const params = paramsOf(paramsJSON)
  if (!params.ok) return { refused: FAILURES.params }
  return count < most ? { handler, params: params.value } : { refused: FAILURES.busy }
}

async function run(
  asked: Asked,
  { handler, params }: Ready,
  { parts, running }: { readonly parts: CommandParts; readonly running: Set<Running> },
): Promise<void> {
  const { timers, log } = parts
  const { request } = asked
  const mine: Running = { ...asked, abort: new AbortController() }
  const { signal } = mine.abort
  running.add(mine)
  const timeoutMs = Math.min(request.timeoutMs ?? COMMAND_TIMEOUT_MS, MAX_INVOKE_TIMEOUT_MS)
  const stopClock = timers.after(timeoutMs, () => {
    if (!signal.aborted) void answerCommand(asked, { ok: false, error: FAILURES.timeout }, log)
    mine.abort.abort()
  })
  const { id, command, idempotencyKey } = request
  const call = { id, command, idempotencyKey, timeoutMs, signal }
  const outcome = await outcomeOf(
    async () => await handler(params, call),
    (error) => log('warn', 'client.command.failed', { command, error: nameOf(error) }),
  )
  stopClock()
  running.delete(mine)
  if (!signal.aborted) await answerCommand(asked, outcome, log)
}

async function outcomeOf(
  work: () => Promise<Json | undefined>,
  failed: (error: unknown) => void,
): Promise<CommandOutcome> {
  try {
    return { ok: true, payloadJSON: JSON.stringify(await work()) }
  } catch (error) {
    failed(error)
    return { ok: false, error: failureOf(error) }
  }
}

/** Parameters are a string of JSON inside a frame: bounded and cleared of what a frame may not hold either. */
function paramsOf(
  text: string | null | undefined,
): { readonly ok: true; readonly value: Json | undefined } | { readonly ok: false } {
  if (text === null || text === undefined) return { ok: true, value: undefined }
  if (scan(text, ANSWER_LIMITS) !== undefined) return { ok: false }
  const value = parseJson(text)
  if (value === undefined || inspect(value, ANSWER_LIMITS.maxDepth) !== undefined) {
    return { ok: false }
  }
  return { ok: true, value: value as Json }
}
