/**
 * Slack as a pairing channel: what is a direct message, what a sender id, and a connection over Socket Mode or HTTP.
 *
 * @packageDocumentation
 */
export { classifySlack, type SlackSelf } from './classify.ts'
export { parseSlackSender, SLACK, slackAddress, slackDefinition } from './definition.ts'
export {
  InvalidSlackSender,
  type SenderProblem,
  SlackApiRootInvalid,
  type SlackError,
  SlackNotFound,
  SlackScopeMissing,
  SlackSocketModeOff,
  type SlackTokenKind,
  SlackTokenMalformed,
  SlackTokenRejected,
  SlackWorkspaceChanged,
} from './errors.ts'
export { isSlackAppToken, isSlackBotToken, isSlackSigningSecret } from './token.ts'
