import type { ConnectParams, HelloOk, PresenceEntry } from './connect.ts'
import type {
  DeviceApproval,
  DeviceApproved,
  DeviceLabel,
  DeviceList,
  DeviceRef,
  DeviceRejected,
  DeviceRole,
  RequestRef,
  TokenRevoked,
  TokenRotated,
  TokenRotation,
} from './devices.ts'
import type { HealthAsk, HealthReport, NoParams } from './gateway.ts'
import type {
  LegacyNodeApproved,
  LegacyNodeAsk,
  LegacyNodeAsked,
  LegacyNodeList,
  LegacyNodeProof,
  LegacyNodeRejected,
  LegacyNodeVerified,
} from './legacy-nodes.ts'
import type {
  Done,
  NodeDescription,
  NodeEvent,
  NodeInvoke,
  NodeInvoked,
  NodeInvokeResult,
  NodeList,
  NodeName,
  NodeRef,
  SkillBins,
} from './nodes.ts'

/** What each method takes and answers. */
export interface Methods {
  readonly connect: { readonly params: ConnectParams; readonly result: HelloOk }
  readonly health: { readonly params: HealthAsk; readonly result: HealthReport }
  readonly 'system-presence': {
    readonly params: NoParams
    readonly result: readonly PresenceEntry[]
  }
  readonly 'device.pair.list': { readonly params: NoParams; readonly result: DeviceList }
  readonly 'device.pair.approve': {
    readonly params: DeviceApproval
    readonly result: DeviceApproved
  }
  readonly 'device.pair.reject': { readonly params: RequestRef; readonly result: DeviceRejected }
  readonly 'device.pair.remove': { readonly params: DeviceRef; readonly result: DeviceRef }
  readonly 'device.pair.rename': { readonly params: DeviceLabel; readonly result: DeviceLabel }
  readonly 'device.token.rotate': { readonly params: TokenRotation; readonly result: TokenRotated }
  readonly 'device.token.revoke': { readonly params: DeviceRole; readonly result: TokenRevoked }
  readonly 'node.list': { readonly params: NoParams; readonly result: NodeList }
  readonly 'node.describe': { readonly params: NodeRef; readonly result: NodeDescription }
  readonly 'node.rename': { readonly params: NodeName; readonly result: NodeName }
  readonly 'node.invoke': { readonly params: NodeInvoke; readonly result: NodeInvoked }
  readonly 'node.invoke.result': { readonly params: NodeInvokeResult; readonly result: Done }
  readonly 'node.event': { readonly params: NodeEvent; readonly result: Done }
  readonly 'skills.bins': { readonly params: NoParams; readonly result: SkillBins }
  readonly 'node.pair.request': {
    readonly params: LegacyNodeAsk
    readonly result: LegacyNodeAsked
  }
  readonly 'node.pair.list': { readonly params: NoParams; readonly result: LegacyNodeList }
  readonly 'node.pair.approve': {
    readonly params: RequestRef
    readonly result: LegacyNodeApproved
  }
  readonly 'node.pair.reject': {
    readonly params: RequestRef
    readonly result: LegacyNodeRejected
  }
  readonly 'node.pair.verify': {
    readonly params: LegacyNodeProof
    readonly result: LegacyNodeVerified
  }
}

/** A method that this package knows. */
export type MethodName = keyof Methods

/** The parameters of a method. */
export type ParamsOf<M extends MethodName> = Methods[M]['params']

/** The result of a method. */
export type ResultOf<M extends MethodName> = Methods[M]['result']
