import type { SeenNodeRequest } from '../devices/door.ts'
import { claim, extentParts } from '../devices/words.ts'
import { safe } from '../output/safe.ts'
import { absolute, relative } from '../output/time.ts'
import type { Fact } from '../people/facts.ts'
import { quoted } from '../people/who.ts'

/** Of what a node says, this many names are shown in a list. */
const NAMES_SHOWN = 8

/** What a node of the older pairing says of itself; nothing of it is proven. */
export function nodeFacts(request: SeenNodeRequest, now: number): readonly Fact[] {
  const { nodeId, displayName = '', platform, remoteIp, commands = [], caps = [] } = request
  const name = quoted(safe(displayName))
  const [offers = 'no command'] = extentParts({ scopes: [], commands }, NAMES_SHOWN)
  return [
    ['Node', `${claim(nodeId)}${name === '' ? '' : ` ${name}`} (as it calls itself)`],
    ...(platform === undefined ? [] : [['What', claim(platform)] as const]),
    ...(remoteIp === undefined ? [] : [['From', `${claim(remoteIp)}, as it says`] as const]),
    ['Offers', offers],
    ...(caps.length === 0
      ? []
      : [['Can', caps.slice(0, NAMES_SHOWN).map(claim).join(', ')] as const]),
    ['Asked', `${relative(request.createdAt, now)} (${absolute(request.createdAt)})`],
    ...(request.expiresAt === undefined
      ? []
      : [['Ends', relative(request.expiresAt, now)] as const]),
    ['Request', safe(request.requestId)],
    ...(request.isRepair
      ? [['', 'It is paired already: its token would be another.'] as const]
      : []),
  ]
}
