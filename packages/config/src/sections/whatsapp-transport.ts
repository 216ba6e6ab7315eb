import { type Node, type Read, readChoice } from '../read/node.ts'
import { nearestOf } from './levels.ts'

/** How WhatsApp is spoken. */
export type WhatsappTransport = 'web' | 'cloud'

/**
 * `transport` at the nearest level; where nobody names one, `cloud` where its section is written, else `web`, as in OpenClaw.
 *
 * @param levels - nearest first
 */
export function whatsappTransport(levels: readonly Node[]): Read<WhatsappTransport> {
  const written = nearestOf(levels, 'transport')
  if (written !== undefined) return readChoice(written, ['web', 'cloud'] as const)
  return nearestOf(levels, 'cloud') === undefined ? 'web' : 'cloud'
}
