import { type Logger, LogLevel } from '@slack/web-api'

const nothing = (): void => {}

/** The SDK says nothing by itself: its lines hold addresses of sockets, which are secrets. */
export const quietLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => LogLevel.ERROR,
}
