/**
 * Telegram as a pairing channel: what is a direct message, what a sender id, and a gate for grammY bots.
 *
 * @packageDocumentation
 */
export { classifyTelegram } from './classify.ts'
export {
  parseTelegramSender,
  TELEGRAM,
  telegramAddress,
  telegramDefinition,
} from './definition.ts'
export {
  InvalidTelegramSender,
  type SenderProblem,
  TelegramApiRootInvalid,
  type TelegramError,
  TelegramNotFound,
  TelegramTokenMalformed,
  TelegramTokenRejected,
} from './errors.ts'
export {
  type GateContext,
  type GateMiddleware,
  type TelegramGateOptions,
  telegramGate,
} from './gate.ts'
export { type SendingApi, type SendLimits, telegramSend } from './send.ts'
export type { CodeEntity } from './text.ts'
export { isTelegramToken } from './token.ts'
