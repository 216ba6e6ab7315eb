export { signalConnection } from './connection.ts'
export { SIGNAL_TIMING, type SignalTiming } from './limits.ts'
export type { SignalOptions } from './types.ts'
