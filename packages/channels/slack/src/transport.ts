export { slackConnection } from './connection.ts'
export { SLACK_TIMING, type SlackTiming } from './limits.ts'
export type { SlackHttp, SlackOptions } from './types.ts'
