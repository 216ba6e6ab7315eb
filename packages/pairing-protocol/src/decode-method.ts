import type { Json } from '@openclaw/pairing-contracts'
import type { Check } from './check.ts'
import type { ConnectParams } from './connect.ts'
import { checkConnect } from './connect-schema.ts'
import { deviceParams, deviceResults } from './device-schema.ts'
import { gatewayParams, gatewayResults } from './gateway-schema.ts'
import { checkHelloOk, checkPresenceList } from './hello-schema.ts'
import { legacyNodeParams, legacyNodeResults } from './legacy-node-schema.ts'
import type { MethodName, ParamsOf, ResultOf } from './methods.ts'
import { nodeParams, nodeResults } from './node-schema.ts'
import { type Decoded, refused } from './refusal.ts'

type MethodChecks = {
  readonly [M in MethodName]: {
    readonly params: Check<ParamsOf<M>>
    readonly result: Check<ResultOf<M>>
  }
}

const none = gatewayParams.none

const CHECKS: MethodChecks = {
  connect: { params: checkConnect, result: checkHelloOk },
  health: { params: gatewayParams.health, result: gatewayResults.health },
  'system-presence': { params: none, result: checkPresenceList },
  'device.pair.list': { params: none, result: deviceResults.list },
  'device.pair.approve': { params: deviceParams.approval, result: deviceResults.approved },
  'device.pair.reject': { params: deviceParams.requestRef, result: deviceResults.rejected },
  'device.pair.remove': { params: deviceParams.deviceRef, result: deviceResults.deviceRef },
  'device.pair.rename': { params: deviceParams.label, result: deviceResults.label },
  'device.token.rotate': { params: deviceParams.rotation, result: deviceResults.rotated },
  'device.token.revoke': { params: deviceParams.role, result: deviceResults.revoked },
  'node.list': { params: none, result: nodeResults.list },
  'node.describe': { params: nodeParams.ref, result: nodeResults.description },
  'node.rename': { params: nodeParams.name, result: nodeResults.name },
  'node.invoke': { params: nodeParams.invoke, result: nodeResults.invoked },
  'node.invoke.result': { params: nodeParams.result, result: nodeResults.done },
  'node.event': { params: nodeParams.event, result: nodeResults.done },
  'skills.bins': { params: none, result: nodeResults.bins },
  'node.pair.request': { params: legacyNodeParams.ask, result: legacyNodeResults.asked },
  'node.pair.list': { params: none, result: legacyNodeResults.list },
  'node.pair.approve': { params: deviceParams.requestRef, result: legacyNodeResults.approved },
  'node.pair.reject': { params: deviceParams.requestRef, result: legacyNodeResults.rejected },
  'node.pair.verify': { params: legacyNodeParams.proof, result: legacyNodeResults.verified },
}

/** Every method that this package knows, `connect` first. */
export const METHOD_NAMES: readonly MethodName[] = Object.keys(CHECKS).filter(isMethodName)

/** True for a method that this package knows. */
export function isMethodName(method: string): method is MethodName {
  return Object.hasOwn(CHECKS, method)
}

/**
 * Reads the parameters of `connect`. Any well-formed client id and mode is taken; keys that nobody here knows are left
 * out, up to 64 in one object.
 */
export function decodeConnect(params: Json | undefined): Decoded<ConnectParams> {
  return decodeParams('connect', params)
}

/**
 * Reads the parameters of a method; absent ones and `null` are no parameters. Unknown keys are refused, but in `connect`.
 *
 * @returns refused as `invalid-params`, or `unknown-method` where the name is none
 */
export function decodeParams<M extends MethodName>(
  method: M,
  params: Json | undefined,
): Decoded<ParamsOf<M>> {
  if (!isMethodName(method)) return refused('unknown-method', 'unknown method')
  const result = CHECKS[method].params(params ?? {})
  return result.ok ? result : refused('invalid-params', result.problem)
}

/**
 * Reads what a gateway answered to a method. Keys that newer gateways add are kept.
 *
 * @returns refused as `invalid-payload`, or `unknown-method` where the name is none
 */
export function decodeResult<M extends MethodName>(
  method: M,
  payload: Json | undefined,
): Decoded<ResultOf<M>> {
  if (!isMethodName(method)) return refused('unknown-method', 'unknown method')
  const result = CHECKS[method].result(payload)
  return result.ok ? result : refused('invalid-payload', result.problem)
}
