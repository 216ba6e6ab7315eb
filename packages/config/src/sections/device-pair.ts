import { parseFingerprint } from '@openclaw/pairing-contracts'
import { MAX_URL_LENGTH } from '../limits.ts'
import { warnSlips } from '../read/keys.ts'
import {
  below,
  type Node,
  orNothing,
  readChoice,
  readFlag,
  readObject,
  readText,
  WRONG,
  wrong,
} from '../read/node.ts'
import type { DevicePairConfig, GatewayConfig } from '../types.ts'

const MODES = ['off', 'serve', 'funnel'] as const

/** Reads `plugins.entries.device-pair`; what other plugins have is left alone. */
export function readDevicePair(plugins: Node): DevicePairConfig {
  const plugin = below(below(plugins, 'entries'), 'device-pair')
  readObject(plugin)
  warnSlips(plugin, ['enabled', 'config'])
  const config = below(plugin, 'config')
  readObject(config)
  warnSlips(config, ['publicUrl'])
  return {
    enabled: readFlag(below(plugin, 'enabled')) !== false,
    publicUrl: orNothing(readText(below(config, 'publicUrl'), MAX_URL_LENGTH)),
  }
}

/** Reads `gateway.tailscale.mode`. */
export function readTailscale(gateway: Node): GatewayConfig['tailscale'] {
  const tailscale = below(gateway, 'tailscale')
  readObject(tailscale)
  warnSlips(tailscale, ['mode'])
  return orNothing(readChoice(below(tailscale, 'mode'), MODES)) ?? 'off'
}

/** Reads where `gateway.remote` says that the gateway is; its secrets are the business of others. */
export function readRemote(gateway: Node): GatewayConfig['remote'] {
  const remote = below(gateway, 'remote')
  readObject(remote)
  warnSlips(remote, ['url', 'tlsFingerprint'])
  const url = orNothing(readText(below(remote, 'url'), MAX_URL_LENGTH))
  const node = below(remote, 'tlsFingerprint')
  const text = readText(node, 256)
  const tlsFingerprint = typeof text === 'string' ? parseFingerprint(text) : undefined
  if (text !== undefined && text !== WRONG && tlsFingerprint === undefined)
    wrong(node, 'is no SHA-256 fingerprint', 'Write its 64 hex digits.')
  return url === undefined ? undefined : { url, tlsFingerprint }
}
