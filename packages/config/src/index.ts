/**
 * What the operator decides, read and checked: openclaw.json, environment, paths and profiles.
 *
 * @packageDocumentation
 */

export type {
  AccountConfig,
  BlueBubblesConfig,
  ChunksConfig,
  DiscordAccountConfig,
  ImessageAccountConfig,
  ImsgConfig,
  ReconnectConfig,
  RetryConfig,
  SignalAccountConfig,
  SignalDaemonConfig,
  SlackAccountConfig,
  TelegramAccountConfig,
  WhatsappAccountConfig,
  WhatsappCloudConfig,
  WhatsappCloudKey,
  WritingAccountConfig,
} from './account-types.ts'
export {
  DEFAULT_ACCOUNT,
  isAccountId,
  parseAccountId,
  parseChannelName,
  parseSenderId,
} from './channels/names.ts'
export {
  CHANNELS,
  channelDefinition,
  isChannelName,
  isConnectable,
  type KnownChannel,
  MERGED_CHANNELS,
} from './channels/table.ts'
export {
  ConfigGone,
  ConfigInclude,
  ConfigInvalid,
  ConfigShape,
  ConfigSyntax,
  ConfigTooLarge,
  ConfigUnreadable,
} from './errors/config.ts'
export {
  InvalidAccountId,
  InvalidProfile,
  InvalidSender,
  OtherOpenClawRunning,
  UnknownChannel,
} from './errors/names.ts'
export { isChosenEvent, JOURNAL_ACTIONS } from './events/actions.ts'
export {
  decodeEventsCursor,
  type EventsCursor,
  eventsCursorPath,
} from './events/cursor.ts'
export { goneBetween, isCurrent } from './fingerprint.ts'
export { type HintPlace, hintCommand, programForStrangers } from './hints.ts'
export { type LoadOptions, loadConfig, requireValid } from './load.ts'
export { missingToConnect, missingTokens } from './missing.ts'
export {
  detectOtherOpenClaw,
  gatewayLockPath,
  type OtherOpenClawOptions,
} from './other-openclaw.ts'
export { isProfileName, type ProfileArgs, profileEnvironment } from './paths/profile.ts'
export { resolvePaths } from './paths/resolve.ts'
export type { ConfigFiles, Environment, FileFacts, ProcessTable } from './ports.ts'
export type { TailnetAddress } from './sections/gateway.ts'
export { GATEWAY_PATHS } from './sections/webhook-path.ts'
export type {
  NoSetupUrl,
  SetupCertificate,
  SetupGateway,
  SetupMachine,
  SetupSource,
  SetupUrls,
  SetupWish,
  TailscaleStatus,
} from './setup/types.ts'
export { type SetupConfig, setupUrlsOf } from './setup/urls.ts'
export type {
  AgentConfig,
  Config,
  ConfigKey,
  ConfigProblem,
  DevicePairConfig,
  DevicesConfig,
  EventsConfig,
  GatewayConfig,
  GatewayTls,
  Paths,
  RemoteGatewayConfig,
  StoreConfig,
} from './types.ts'
