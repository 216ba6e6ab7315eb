export { telegramConnection } from './connection.ts'
export { TELEGRAM_TIMING, type TelegramTiming } from './limits.ts'
export type { TelegramOptions } from './types.ts'
