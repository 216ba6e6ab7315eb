import { type ChildEnd, howEnded } from '@openclaw/pairing-channel-kit/child'
import type { OpenClawError } from '@openclaw/pairing-contracts'
import type { ImsgCommand } from './command.ts'
import { ImsgNotFound, ImsgPermissionMissing, ImsgTooOld } from './errors.ts'
import type { RpcAnswer } from './rpc.ts'
import type { SessionComponents } from './session.ts'

/** How a connection ended: for good, or to be tried again. */
export type Trouble =
  | { readonly kind: 'fatal'; readonly error: OpenClawError }
  | { readonly kind: 'again'; readonly reason: string }

const FULL_DISK_ACCESS =
  /full disk access|authorization denied|unable to open database|operation not permitted/i
const AUTOMATION = /-1743|not authori[sz]ed to send apple events|automation permission/i

/** True where macOS does not let imsg read. */
export const isDiskAccessMissing = (words: string): boolean => FULL_DISK_ACCESS.test(words)

/** True where macOS does not let imsg send. */
export const isAutomationMissing = (words: string): boolean => AUTOMATION.test(words)

/** What imsg does not answer with a subscription means. */
export function troubleOfAnswer(
  answer: Exclude<RpcAnswer, { kind: 'result' }>,
  { command, redact }: Pick<SessionComponents, 'command' | 'redact'>,
): Trouble {
  if (answer.kind !== 'error') return { kind: 'again', reason: answer.reason }
  const { code, message } = answer
  if (isDiskAccessMissing(message))
    return { kind: 'fatal', error: new ImsgPermissionMissing('full-disk-access') }
  if (code === -32_601) return { kind: 'fatal', error: new ImsgTooOld(command.cliPath) }
  const fix = /does not exist/i.test(message) ? '; check `channels.imessage.dbPath`' : ''
  return { kind: 'again', reason: `imsg says: ${redact(message)} (${String(code)})${fix}` }
}

/** What the end of imsg means; `lastWords` is what it said in its error output, redacted. */
export function troubleOfEnd(
  end: ChildEnd,
  { cliPath, remoteHost, file }: ImsgCommand,
  lastWords: string,
): Trouble {
  if (end.kind === 'missing')
    return { kind: 'fatal', error: new ImsgNotFound(remoteHost === undefined ? cliPath : file) }
  if (end.kind === 'failed') return { kind: 'again', reason: `imsg ${howEnded(end)}` }
  const { code } = end
  if (code === 127 || code === 126)
    return { kind: 'fatal', error: new ImsgNotFound(cliPath, remoteHost) }
  if (isDiskAccessMissing(lastWords))
    return { kind: 'fatal', error: new ImsgPermissionMissing('full-disk-access') }
  const words = lastWords === '' ? '' : `: ${lastWords}`
  if (remoteHost !== undefined && code === 255)
    return {
      kind: 'again',
      reason: `ssh to ${remoteHost} fails${words}; try \`ssh ${remoteHost} imsg --version\``,
    }
  return { kind: 'again', reason: `imsg ${howEnded(end)}${words}` }
}
