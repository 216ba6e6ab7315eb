import type { RunningGateway } from './types.ts'

/** Libraries that operators install for one channel, and what they bring. */
const INSTALLED = /[\\/]node_modules[\\/](?:baileys|libsignal)[\\/]/

/**
 * Ends the process when something nobody foresaw goes wrong: such a state is not gone on with, and the journal makes the
 * next start safe. What a library that the operator installed for one channel lets fall is logged and no more: our own
 * state is not touched by it, and the other channels go on.
 */
export function endAtAccidents({ log }: Pick<RunningGateway, 'log'>): void {
  const end = (event: string) => (error: unknown) => {
    const { message = 'unknown', stack = '' } = error instanceof Error ? error : {}
    if (isOfLibrary(stack)) {
      log('warn', 'library-accident', { reason: message, note: 'the gateway goes on' })
      return
    }
    log('error', event, { reason: message, stack })
    process.exit(1)
  }
  process.on('uncaughtException', end('uncaught-exception'))
  process.on('unhandledRejection', end('unhandled-rejection'))
}

/** True when it was thrown in such a library: the first place that is not Node's own. */
function isOfLibrary(stack: string): boolean {
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line) && !/\(?node:/.test(line))
  return INSTALLED.test(places[0] ?? '')
}
