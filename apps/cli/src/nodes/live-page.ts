import type { NodeEntry } from '@openclaw/pairing-protocol'
import { claim, shortId } from '../devices/words.ts'
import type { Page } from '../output/screen.ts'
import { table } from '../output/table.ts'
import { relative } from '../output/time.ts'
import { nodeName } from './name.ts'

/** Of what a node offers, this many commands are shown in a list. */
const COMMANDS_SHOWN = 4

/** Nodes as a table: who they are, whether they are connected, and what they may be asked. */
export function printNodes(out: Page, nodes: readonly NodeEntry[], now: number): void {
  const { bold } = out.style
  const columns = [
    { title: 'Node', flexible: true as const, paint: bold },
    { title: 'Id' },
    { title: 'Platform' },
    { title: 'Address' },
    { title: 'Connected' },
    { title: 'Commands', flexible: true as const },
  ]
  const rows = nodes.map((node) => [
    nodeName(node),
    shortId(node.nodeId),
    claim(node.platform ?? ''),
    claim(node.remoteIp ?? ''),
    connectedText(node, now),
    commandsText(node),
  ])
  out.lines(table(columns, rows, { style: out.style, width: out.width, indent: '' }))
}

/** Since when it is connected. */
export function connectedText({ connected, connectedAtMs }: NodeEntry, now: number): string {
  if (!connected) return 'no'
  return connectedAtMs === undefined ? 'yes' : relative(connectedAtMs, now)
}

function commandsText({ commands = [], connected }: NodeEntry): string {
  if (!connected) return ''
  if (commands.length === 0) return 'none that it may be asked'
  const more = commands.length - COMMANDS_SHOWN
  const shown = commands.slice(0, COMMANDS_SHOWN).map(claim).join(', ')
  return more > 0 ? `${shown} and ${String(more)} more` : shown
}
