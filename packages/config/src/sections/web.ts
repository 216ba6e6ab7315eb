import type { ReconnectConfig } from '../account-types.ts'
import { DEFAULT_RECONNECT, FACTOR_BOUNDS, MAX_RECONNECTS, RECONNECT_BOUNDS_MS } from '../limits.ts'
import { warnSlips, warnUnknownKeys } from '../read/keys.ts'
import {
  below,
  type Node,
  orNothing,
  readFlag,
  readNumber,
  readObject,
  readWhole,
  wrong,
} from '../read/node.ts'

/** What holds for every linked device. */
export interface WebConfig {
  readonly enabled: boolean
  readonly reconnect: ReconnectConfig
}

/** Reads `web`, OpenClaw's section about linked devices of WhatsApp; what cannot be understood is off. */
export function readWeb(web: Node): WebConfig {
  readObject(web)
  warnSlips(web, ['enabled', 'reconnect'])
  const enabled = readFlag(below(web, 'enabled'))
  return {
    enabled: enabled === undefined || enabled === true,
    reconnect: readReconnect(below(web, 'reconnect')),
  }
}

function readReconnect(node: Node): ReconnectConfig {
  readObject(node)
  warnUnknownKeys(node, Object.keys(DEFAULT_RECONNECT))
  const { initialMs, maxMs, factor, jitter, maxAttempts } = DEFAULT_RECONNECT
  const at = (key: keyof ReconnectConfig): Node => below(node, key)
  const first = orNothing(readWhole(at('initialMs'), RECONNECT_BOUNDS_MS)) ?? initialMs
  const most = orNothing(readWhole(at('maxMs'), RECONNECT_BOUNDS_MS)) ?? maxMs
  if (at('maxMs').value !== undefined && most < first)
    wrong(at('maxMs'), 'is less than initialMs', `Write ${String(first)} or more.`)
  return {
    initialMs: first,
    maxMs: Math.max(first, most),
    factor: orNothing(readNumber(at('factor'), FACTOR_BOUNDS)) ?? factor,
    jitter: orNothing(readNumber(at('jitter'), [0, 1])) ?? jitter,
    maxAttempts: orNothing(readWhole(at('maxAttempts'), [0, MAX_RECONNECTS])) ?? maxAttempts,
  }
}
