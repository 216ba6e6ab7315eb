export { slackConnection } from './connection.ts'
export { SLACK_TIMING, type SlackTiming } from './limits.ts'
export type { SlackOptions } from './types.ts'
