import type { JsonObject } from '@openclaw/pairing-contracts'
import { isObject } from '../read/document.ts'
import { spelled } from '../read/report.ts'
import type { Layer } from '../read/tree.ts'
import type { ConfigKey } from '../types.ts'

/** Keys of ours to list; a file with more has said enough. */
const MAX_LISTED = 50

/**
 * The keys that only this product knows, in files that OpenClaw reads too: its 2026.2 refuses a file with them.
 *
 * @param pairingFile - `pairing.json5`, where they belong
 */
export function ownKeysIn(layers: readonly Layer[], pairingFile: string): readonly ConfigKey[] {
  const shared = layers.filter(({ file, at }) => file !== pairingFile && at.length === 0)
  return shared.flatMap(({ file, json }) => {
    const sections = ['pairing', 'store'].filter((name) => Object.hasOwn(json, name))
    const paths = [...sections.map((name) => [name]), ...inChannels(json)]
    return paths.slice(0, MAX_LISTED).map((path) => ({ file, path: spelled(path) }))
  })
}

function inChannels(json: JsonObject): readonly (readonly string[])[] {
  return children(json, 'channels').flatMap(([channel, section]) => {
    if (channel === 'webchat') return [['channels', channel]]
    const keys = [...OWN, ...((Object.hasOwn(OWN_OF, channel) && OWN_OF[channel]) || [])]
    const here = own(section, ['channels', channel], keys)
    const accounts = children(section, 'accounts').flatMap(([id, account]) =>
      own(account, ['channels', channel, 'accounts', id], keys),
    )
    return [...here, ...accounts]
  })
}

/** 2026.2 has no `apiRoot`, one way to WhatsApp, and no settings of pairing in a channel. */
const OWN = ['pairing', 'apiRoot']
const OWN_OF: Readonly<Record<string, readonly string[]>> = {
  imessage: ['transport', 'serverUrl', 'password', 'webhookPath', 'webhookSecret', 'webhookUrl'],
  whatsapp: ['transport', 'cloud', 'webSocketUrl', 'webhookPath'],
  bluebubbles: ['transport', 'webhookSecret', 'webhookUrl'],
}

function own(
  section: JsonObject,
  path: readonly string[],
  keys: readonly string[],
): readonly (readonly string[])[] {
  return keys.filter((key) => Object.hasOwn(section, key)).map((key) => [...path, key])
}

function children(object: JsonObject, key: string): readonly (readonly [string, JsonObject])[] {
  const parent = Object.hasOwn(object, key) ? object[key] : undefined
  if (!isObject(parent)) return []
  return Object.entries(parent).flatMap(([name, value]) => (isObject(value) ? [[name, value]] : []))
}
