import type { OwnerNotice } from '@openclaw/pairing-owner-notices'
import type { Call } from '../args/types.ts'
import { safe } from '../output/safe.ts'
import { table } from '../output/table.ts'
import { iso, relative } from '../output/time.ts'

/** More than this are for `--json`. */
const SHOWN = 50

/** What the page shows. */
export interface NoticesPage {
  readonly owners: number
  /** Newest first. */
  readonly notices: readonly OwnerNotice[]
}

/** Prints which owners were told of whom. */
export function printNotices(call: Call, { owners, notices }: NoticesPage): void {
  const { out } = call.screen
  if (notices.length === 0) out.line('No owner was to be told of anybody.')
  else {
    out.lines(noticeTable(call, notices.slice(0, SHOWN)))
    const more = notices.length - SHOWN
    if (more > 0) out.line(out.style.dim(`  and ${String(more)} earlier ones: see --json`))
  }
  if (owners > 0) return
  out.line()
  out.line('Nobody is an owner, so nobody is told. To make somebody one:')
  out.line(`  ${call.program} owner add telegram <id>`)
}

function noticeTable(
  { screen: { out }, world }: Call,
  notices: readonly OwnerNotice[],
): readonly string[] {
  const columns = [
    { title: 'Owner' },
    { title: 'About' },
    { title: 'Request' },
    { title: 'Told', flexible: true as const, least: 24 },
    { title: 'When' },
  ]
  const rows = notices.map((notice) => [
    `${notice.channel} ${safe(notice.senderId)}`,
    notice.about === 'person' ? 'a person' : 'a device',
    safe(notice.requestId),
    told(notice),
    relative(notice.at, world.now()),
  ])
  return table(columns, rows, { style: out.style, width: out.width, indent: '  ' })
}

const STATES: Readonly<Record<OwnerNotice['state'], string>> = {
  due: 'not yet',
  sending: 'being sent',
  sent: 'yes',
  failed: 'no',
  unknown: 'perhaps',
  unsupported: 'no',
  over: 'no need',
}

/** In words, with the reason where there is one. */
function told({ state, reason, folded, tries }: OwnerNotice): string {
  const what = state === 'due' && tries > 0 ? 'not yet, is tried again' : STATES[state]
  const how = folded && state === 'sent' ? ', in one line with others' : ''
  return `${what}${how}${reason === undefined ? '' : `: ${safe(reason)}`}`
}

/** A message for scripts. */
export function noticesJson(notice: OwnerNotice) {
  const { channel, senderId, requestId, about, state, tries, folded, waiting } = notice
  return {
    ...{ channel, senderId, account: notice.account ?? null, requestId, about, state },
    ...{ at: iso(notice.at), tries, folded, waiting, reason: notice.reason ?? null },
  }
}
