/** What prints. */
export interface Printer {
  log: (...line: unknown[]) => void
  info: (...line: unknown[]) => void
  warn: (...line: unknown[]) => void
  error: (...line: unknown[]) => void
  debug: (...line: unknown[]) => void
}

const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const
const LIBRARY = /[\\/]node_modules[\\/](?:libsignal|baileys)[\\/]/
const quiet = new WeakSet<Printer>()

/**
 * Keeps what the library prints off the screen: its cipher prints whole sessions, keys and all, when one ends. Everybody
 * else prints as before.
 */
export function quietConsole(printer: Printer): void {
  if (quiet.has(printer)) return
  quiet.add(printer)
  for (const method of METHODS) {
    const print = printer[method]
    printer[method] = (...line) => {
      if (!LIBRARY.test(new Error().stack ?? '')) print.apply(printer, line)
    }
  }
}
