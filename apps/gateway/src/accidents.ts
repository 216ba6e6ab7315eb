import type { RunningGateway } from './types.ts'

/** Libraries that operators install for one channel, and the folder where they do, with all that these bring. */
const INSTALLED =
  /[\\/]node_modules[\\/](?:baileys|libsignal)[\\/]|[\\/]libraries[\\/]node_modules[\\/]/
/** Packages of others; who called them counts. */
const OTHERS = /[\\/]node_modules[\\/](?!.*[\\/]@openclaw[\\/])/

/**
 * Ends the process when something nobody foresaw goes wrong: such a state is not gone on with, and the journal makes the
 * next start safe. What a library that the operator installed for one channel lets fall is logged and no more: our own
 * state is not touched by it, and the other channels go on.
 */
export function endAtAccidents({ log }: Pick<RunningGateway, 'log'>): void {
  const end = (event: string) => (error: unknown) => {
    const { message = 'unknown', stack = '' } = error instanceof Error ? error : {}
    if (isOfLibrary(stack, message)) {
      log('warn', 'library-accident', { reason: message, note: 'the gateway goes on' })
      return
    }
    log('error', event, { reason: message, stack })
    process.exit(1)
  }
  process.on('uncaughtException', end('uncaught-exception'))
  process.on('unhandledRejection', end('unhandled-rejection'))
}

/**
 * True when it was thrown in such a library, or in what that called: the first place that is neither Node's own nor of
 * another package.
 *
 * @param message - what stands before the places; words of others may look like one
 */
export function isOfLibrary(stack: string, message: string): boolean {
  const places = stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !/\(?node:/.test(line))
  return INSTALLED.test(places.find((at) => INSTALLED.test(at) || !OTHERS.test(at)) ?? '')
}
