/**
 * The gateway app: sockets, HTTP, config and process life around `@openclaw/pairing`.
 *
 * @packageDocumentation
 */
export { endAtAccidents } from './accidents.ts'
export { echoAgent } from './agent/echo.ts'
export { type AgentFunction, functionAgent } from './agent/function-agent.ts'
export { type WebhookOptions, webhookAgent } from './agent/webhook.ts'
export { readArgs } from './args.ts'
export {
  CannotListen,
  CertificateUnusable,
  CookieKeyDamaged,
  GatewayAlreadyRuns,
  type GatewayError,
  GatewayStopping,
  PortInUse,
  StateDirUnusable,
  UnknownArgument,
  WebhookUrlRefused,
} from './errors.ts'
export type { LineStream } from './log/writer.ts'
export type { ChannelReport, Readiness } from './readiness.ts'
export { runGateway } from './run.ts'
export { startGateway } from './start.ts'
export type { GatewayOptions, RunningGateway } from './types.ts'
export type { WebhookComponents } from './webhook/post.ts'
