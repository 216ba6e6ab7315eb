export { signalConnection } from './connection.ts'
export { SIGNAL_TIMING, type SignalTiming } from './limits.ts'
export type { SignalDaemon, SignalDaemonHost, SignalOptions } from './types.ts'
