import { type Json, OpenClawError } from '@openclaw/pairing-contracts'
import { type Advice, adviceFor } from '../advice.ts'
import type { ErrorDetailCode } from '../error-codes.ts'
import { ERRORS } from '../error-codes.ts'
import type { ClientAction, ErrorRule } from '../error-rule.ts'
import type { WireError } from '../frame.ts'
import { detailCodeOf, detailOf } from '../wire-error-facts.ts'
import { shown } from './shown.ts'

const HINTS: Readonly<Record<ClientAction, string>> = {
  retry: 'Try again later.',
  'wait-for-approval': "On the gateway's machine: openclaw devices list, then approve the request.",
  'drop-device-token': 'Connect with the secret of the gateway, or pair the device again.',
  'connect-again': 'Connect again.',
  'fix-credentials': 'Give the secret that the gateway has now, or a fresh setup code.',
  'fix-request': 'The same again will be refused again; change what is asked.',
}

/** What mends it when a node may not be asked for a command, by the reason that gateways give. */
const COMMAND_HINTS: ReadonlyMap<string | undefined, string> = new Map([
  [
    'command not allowlisted',
    'On the gateway: name it in gateway.nodes.allowCommands of openclaw.json, then start the gateway again.',
  ],
  ['command not granted to node', HINTS['wait-for-approval']],
  [
    'command not declared by node',
    'Ask a node that has it: node.list says which commands each has.',
  ],
])

/** The gateway said no. */
export class GatewayRefused extends OpenClawError {
  override readonly name = 'GatewayRefused'
  override readonly code = 'ERR_GATEWAY_REFUSED'
  /** `error.code` as it was sent. */
  readonly wireCode: string
  /** `error.details.code`, where it is one of `ERRORS`. */
  readonly detailCode: ErrorDetailCode | undefined
  /** What to do about it. */
  readonly advice: Advice
  /** `error.details.reason`, fit for a terminal: `command not allowlisted`. */
  readonly reason: string | undefined
  /** The command of a node that was asked for, fit for a terminal. */
  readonly command: string | undefined
  /** `error.details` as it was sent: text of another machine. */
  readonly details: Json | undefined
  constructor(error: WireError) {
    const advice = adviceFor(error)
    const [reason, command] = [textOf(error, 'reason'), textOf(error, 'command')]
    const hint = COMMAND_HINTS.get(reason)
    super(`the gateway refused: ${shown(error.message)}`, {
      hint: hint === undefined ? HINTS[advice.action] : `${command ?? 'The command'}: ${hint}`,
    })
    this.reason = reason
    this.command = command
    this.wireCode = shown(error.code)
    this.detailCode = detailCodeOf(error) ?? codeOfMessage(error.message)
    this.advice = advice
    this.details = error.details
  }
}

function textOf(error: WireError, key: string): string | undefined {
  const value = detailOf(error, key)
  return typeof value === 'string' ? shown(value) : undefined
}

/** Gateways of 2026.2 send no `details.code`; the code is the one whose message they send. */
function codeOfMessage(message: string): ErrorDetailCode | undefined {
  const rules = Object.entries(ERRORS) as [ErrorDetailCode, ErrorRule][]
  return rules.find(([, rule]) => message === rule.message)?.[0]
}

/** Why a request never left. */
export type NotSentFault = 'too-many' | 'too-large' | 'buffer-full' | 'not-connected' | 'aborted'

const NOT_SENT: Readonly<Record<NotSentFault, readonly [message: string, hint: string]>> = {
  'too-many': ['too many requests wait already', 'Wait for answers before asking more.'],
  'too-large': ['it is larger than the gateway takes', 'Send less at once.'],
  'buffer-full': ['the connection takes no more', 'Wait until the gateway has read what was sent.'],
  'not-connected': ['the connection had just ended', 'Ask again; the client connects by itself.'],
  aborted: ['its signal was aborted', 'Ask again if it is wanted after all.'],
}

/** A request was not sent: nothing happened at the gateway. */
export class RequestNotSent extends OpenClawError {
  override readonly name = 'RequestNotSent'
  override readonly code = 'ERR_REQUEST_NOT_SENT'
  readonly method: string
  readonly fault: NotSentFault
  constructor(method: string, fault: NotSentFault) {
    const [message, hint] = NOT_SENT[fault]
    super(`${shown(method)} was not sent: ${message}`, { hint })
    this.method = method
    this.fault = fault
  }
}

/** Why the answer to a request is not known. */
export type NoAnswerFault = 'timeout' | 'connection-lost' | 'unreadable' | 'aborted'

const NO_ANSWER: Readonly<Record<NoAnswerFault, string>> = {
  timeout: 'no answer came in time',
  'connection-lost': 'the connection ended before the answer',
  unreadable: 'the answer cannot be read',
  aborted: 'its signal was aborted',
}

/** A request was sent, and nobody knows whether it was done: the client never sends one twice. */
export class NoAnswer extends OpenClawError {
  override readonly name = 'NoAnswer'
  override readonly code = 'ERR_NO_ANSWER'
  readonly method: string
  readonly fault: NoAnswerFault
  constructor(method: string, fault: NoAnswerFault, cause?: unknown) {
    super(`${shown(method)} was sent, but ${NO_ANSWER[fault]}: it may have been done or not`, {
      hint: 'Look at the state of things before asking again, or ask with the same idempotency key.',
      cause,
    })
    this.method = method
    this.fault = fault
  }
}

/**
 * A command of a node failed, said so that the caller may know: code and message go to the gateway and to whoever asked.
 * Handlers throw it; what else they throw is told as `FAILED` without its message.
 */
export class CommandFailed extends OpenClawError {
  override readonly name = 'CommandFailed'
  override readonly code = 'ERR_COMMAND_FAILED'
  /** What the caller reads: `NOT_FOUND`, `DENIED` … */
  readonly reason: string
  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}
