/**
 * Signal as a pairing channel: what is a direct message, who its sender is, and a connection to signal-cli.
 *
 * @packageDocumentation
 */
export { classifySignal } from './classify.ts'
export { parseSignalSender, SIGNAL, signalAddress, signalDefinition } from './definition.ts'
export {
  InvalidSignalSender,
  type SenderProblem,
  SignalAccountInvalid,
  SignalCliNotFound,
  type SignalError,
  SignalUrlInvalid,
} from './errors.ts'
