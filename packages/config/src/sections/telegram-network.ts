import type { TelegramAccountConfig } from '../account-types.ts'
import { DEFAULT_REQUEST_MS, MAX_URL_LENGTH, REQUEST_BOUNDS_S } from '../limits.ts'
import { warnSlips } from '../read/keys.ts'
import {
  below,
  type Node,
  orNothing,
  type Read,
  readFlag,
  readObject,
  readText,
  readWhole,
  wrong,
} from '../read/node.ts'
import { isLoopback } from '../read/url.ts'
import { nearestOf } from './levels.ts'

/** How the Bot API is reached. */
export interface TelegramNetwork
  extends Pick<TelegramAccountConfig, 'requestMs' | 'autoSelectFamily'> {
  /** `WRONG` was reported: nothing may go round a proxy that was meant. */
  readonly proxy: Read<string>
}

/**
 * Reads `timeoutSeconds`, `proxy` and `network.autoSelectFamily`.
 *
 * @param levels - nearest first
 * @param apiRoot - where the Bot API is; the token goes there
 */
export function readTelegramNetwork(levels: readonly Node[], apiRoot: string): TelegramNetwork {
  const timeout = nearestOf(levels, 'timeoutSeconds')
  const seconds = timeout && orNothing(readWhole(timeout, REQUEST_BOUNDS_S))
  const networks = levels.map((level) => below(level, 'network'))
  for (const node of networks) {
    readObject(node)
    warnSlips(node, ['autoSelectFamily'])
  }
  const family = nearestOf(networks, 'autoSelectFamily')
  const proxy = nearestOf(levels, 'proxy')
  return {
    requestMs: seconds === undefined ? DEFAULT_REQUEST_MS : seconds * 1_000,
    autoSelectFamily: family && orNothing(readFlag(family)),
    proxy: proxy && readProxy(proxy, apiRoot),
  }
}

/** A proxy that tunnels: http or https, with a user and password if it wants them. */
function readProxy(node: Node, apiRoot: string): Read<string> {
  const text = readText(node, MAX_URL_LENGTH)
  if (typeof text !== 'string') return text
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isProxy = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url === undefined || !isProxy || url.hostname === '')
    return wrong(node, 'is no http or https proxy', 'Write http://host:port or https://host:port.')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    return wrong(node, 'is more than an address', 'Remove everything behind the port.')
  if (!isDecodable(url))
    return wrong(node, 'has a user or password that is not encoded', 'Write "%" as "%25".')
  if (apiRoot.startsWith('http:') && !isLoopback(url.hostname))
    return wrong(
      node,
      'would get the token in clear, as apiRoot is http',
      'Remove apiRoot, or write https:// there.',
    )
  return url.href
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}${password}`)
    return true
  } catch {
    return false
  }
}
