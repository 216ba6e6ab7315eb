import type { WriteLine } from './log.ts'

/** The part of a stream that lines go to. */
export interface LineStream {
  readonly write: (text: string) => unknown
  readonly isTTY?: boolean
}

/** How lines look. */
export interface WriterOptions {
  readonly format: 'auto' | 'json' | 'pretty'
  readonly color: 'auto' | 'never'
}

/** Lines as JSON, or for people: on a terminal unless configured otherwise. The printer is loaded only where it is needed. */
export async function lineWriter(
  stream: LineStream,
  { format, color }: WriterOptions,
): Promise<WriteLine> {
  const isTerminal = stream.isTTY === true
  if (format === 'json' || (format === 'auto' && !isTerminal)) return (line) => stream.write(line)
  // bundled, the module has this one export
  const { default: printer } = await import('pino-pretty')
  const pretty = printer.prettyFactory({
    colorize: isTerminal && color === 'auto',
    messageKey: 'event',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  })
  return (line) => stream.write(pretty(line))
}
