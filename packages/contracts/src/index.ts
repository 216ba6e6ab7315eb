/**
 * Brands, ports and the error base that every OpenClaw Pairing package shares. No dependency, no logic.
 *
 * @packageDocumentation
 */
export type { Actor, ActorKind } from './actor.ts'
export type { AccountId, ChannelAddress, ChannelName, SenderAddress, SenderId } from './address.ts'
export type { AgentAnswer, AgentMessage, AgentPort } from './agent.ts'
export type { Brand } from './brand.ts'
export type {
  ChannelConnection,
  ChannelDefinition,
  ChannelHost,
  ChannelLog,
  ChannelStatus,
  ChannelWebhook,
  Classify,
  CommandHint,
  CursorStore,
  Inbound,
  InboundDm,
  InboundGroup,
  InboundIgnored,
  OutboundText,
  SendOutcome,
  SentMessage,
  WebhookAnswer,
  WebhookRequest,
} from './channel.ts'
export type { ChatCommands, ChatReply, CommandAttempt } from './chat-commands.ts'
export type { Sha256 } from './digest.ts'
export type {
  DocumentDifference,
  DocumentFamily,
  DocumentName,
  DocumentRecord,
  DocumentRefusal,
  LossDifference,
  RecoverableFamily,
} from './documents.ts'
export { isOpenClawError, OpenClawError } from './errors.ts'
export type {
  Gate,
  GatedMessage,
  GateOutcome,
  IgnoredBecause,
  SenderGrant,
} from './gate.ts'
export type { Json, JsonObject } from './json.ts'
export type { DmPolicy, DmPolicyName, PolicyOf, ReplyMode } from './policy.ts'
export type { RandomBytes } from './random.ts'
export {
  ReplicaBusy,
  ReplicaFailed,
  ReplicaGone,
  ReplicaLate,
  ReplicaTooLarge,
} from './replica-errors.ts'
export type { ReplicaId, ReplicaNote, Replicas } from './replicas.ts'
export type {
  AbortSignalLike,
  Change,
  Collection,
  CredentialStore,
  Entry,
  Intent,
  JournalEntry,
  LiveView,
  Piece,
  Scope,
  Seq,
  Transaction,
  Walk,
} from './store.ts'
export type { Clock, EpochMs } from './time.ts'
export { parseFingerprint } from './tls-fingerprint.ts'
