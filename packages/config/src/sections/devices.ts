import {
  DEFAULT_MAX_DEVICE_REQUESTS,
  MAX_COMMAND_LENGTH,
  MAX_COMMANDS,
  MAX_DEVICE_REQUESTS,
  MAX_ORIGINS,
  MAX_URL_LENGTH,
} from '../limits.ts'
import { warnSlips, warnUnknownKeys } from '../read/keys.ts'
import {
  below,
  type Node,
  orNothing,
  readFlag,
  readList,
  readObject,
  readText,
  readWhole,
  WRONG,
  wrong,
} from '../read/node.ts'
import type { DevicesConfig, GatewayConfig } from '../types.ts'

const COMMAND = /^[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/

/** Reads `gateway.nodes`: which commands nodes may be asked, besides or except those of their platform. */
export function readNodes(gateway: Node): GatewayConfig['nodes'] {
  const nodes = below(gateway, 'nodes')
  readObject(nodes)
  warnSlips(nodes, ['allowCommands', 'denyCommands'], ['browser'])
  return {
    allowCommands: readCommands(below(nodes, 'allowCommands')),
    denyCommands: readCommands(below(nodes, 'denyCommands')),
  }
}

function readCommands(node: Node): readonly string[] {
  const list = orNothing(readList(node, MAX_COMMANDS)) ?? []
  return list.flatMap((entry) => {
    const text = readText(entry, MAX_COMMAND_LENGTH)
    if (typeof text === 'string' && COMMAND.test(text)) return [text]
    if (text !== WRONG) wrong(entry, 'is no command of a node', 'Write it like "camera.snap".')
    return []
  })
}

/** Reads `gateway.controlUi.allowedOrigins`: pages elsewhere that may connect. Never all of them. */
export function readOrigins(gateway: Node): readonly string[] {
  const node = below(below(gateway, 'controlUi'), 'allowedOrigins')
  const list = orNothing(readList(node, MAX_ORIGINS)) ?? []
  return list.flatMap((entry) => {
    const text = readText(entry, MAX_URL_LENGTH)
    if (text === undefined || text === WRONG) return []
    if (URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text) return [text]
    wrong(entry, 'is no origin', 'Write it like "https://ui.example.org", without a path.')
    return []
  })
}

/** Reads `pairing.devices`. */
export function readDevices(pairing: Node): DevicesConfig {
  const devices = below(pairing, 'devices')
  readObject(devices)
  warnUnknownKeys(devices, ['autoApproveLocal', 'maxPending'])
  const maxPending = orNothing(
    readWhole(below(devices, 'maxPending'), [1, MAX_DEVICE_REQUESTS] as const),
  )
  return {
    autoApproveLocal: readFlag(below(devices, 'autoApproveLocal')) === true,
    maxPending: maxPending ?? DEFAULT_MAX_DEVICE_REQUESTS,
  }
}
