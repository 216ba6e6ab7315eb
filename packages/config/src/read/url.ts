import { MAX_URL_LENGTH } from '../limits.ts'
import { type Node, type Read, readText, wrong } from './node.ts'

/** Reads a URL that secrets may be sent to: https, or http on this machine; no user, no fragment. */
export function readUrl(node: Node): Read<URL> {
  const text = readText(node, MAX_URL_LENGTH)
  if (typeof text !== 'string') return text
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined)
    return wrong(node, 'is no URL', 'Write a whole URL, such as https://example.org/path.')
  const isLocal = url.protocol === 'http:' && isLoopback(url.hostname)
  if (url.protocol !== 'https:' && !isLocal)
    return wrong(
      node,
      'must be https, or http on this machine',
      'Use https://…, or http://127.0.0.1:<port>.',
    )
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    return wrong(
      node,
      'has a user, password or fragment in it',
      'Remove everything before "@" and after "#".',
    )
  return url
}

/** True for a host name that leads to this machine; `URL` has spelled the address its one way. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
