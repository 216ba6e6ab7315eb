import type { OwnerNotice } from '@openclaw/pairing-owner-notices'
import type { Call } from '../args/types.ts'
import { deviceName, shortId } from '../devices/words.ts'
import { safe } from '../output/safe.ts'
import { table } from '../output/table.ts'
import { iso, relative } from '../output/time.ts'
import { named } from '../people/who.ts'
import type { Subject } from './subjects.ts'

/** More than this are for `--json`. */
const SHOWN = 50

/** What the page shows. */
export interface NoticesPage {
  readonly owners: number
  /** Newest first. */
  readonly notices: readonly OwnerNotice[]
  /** Who asked, by request, as far as that is known. */
  readonly subjects: ReadonlyMap<string, Subject>
}

/** Prints which owners were told of whom. */
export function printNotices(call: Call, { owners, notices, subjects }: NoticesPage): void {
  const { out } = call.screen
  if (notices.length === 0) out.line('No owner was to be told of anybody.')
  else {
    out.lines(noticeTable(call, { notices: notices.slice(0, SHOWN), subjects }))
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
  { notices, subjects }: Omit<NoticesPage, 'owners'>,
): readonly string[] {
  const columns = [
    { title: 'Owner' },
    { title: 'About', flexible: true as const, least: 24 },
    { title: 'Request' },
    { title: 'Told', flexible: true as const, least: 24 },
    { title: 'When' },
  ]
  const rows = notices.map((notice) => [
    `${notice.channel} ${safe(notice.senderId)}`,
    whom(notice, subjects.get(notice.requestId)),
    safe(notice.requestId),
    told(notice),
    relative(notice.at, world.now()),
  ])
  return table(columns, rows, { style: out.style, width: out.width, indent: '  ' })
}

/** Ids first: they are what stays where a terminal is narrow. */
function whom({ about }: OwnerNotice, subject: Subject = {}): string {
  const { senderId, meta = {}, deviceId, label, name = '' } = subject
  if (about === 'person')
    return senderId === undefined ? 'a person' : words(safe(senderId), named(meta))
  if (deviceId === undefined) return 'a device'
  return words(shortId(deviceId), deviceName({ displayName: name }, label))
}

const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ')

const STATES: Readonly<Record<OwnerNotice['state'], string>> = {
  due: 'not yet',
  sending: 'being sent',
  sent: 'yes',
  failed: 'no',
  unknown: 'perhaps',
  unsupported: 'no',
  over: 'no need',
}

/** A bot may answer, and begin no chat. */
const NEVER_WROTE = /chat not found|can't initiate conversation/i

/** In words, with the reason where there is one. */
function told({ state, reason, folded, tries, waiting }: OwnerNotice): string {
  if (state === 'failed' && waiting && NEVER_WROTE.test(reason ?? ''))
    return `not yet: they have to write to the bot once (${safe(reason ?? '')})`
  const what = state === 'due' && tries > 0 ? 'not yet, is tried again' : STATES[state]
  const how = folded && state === 'sent' ? ', in one line with others' : ''
  return `${what}${how}${reason === undefined ? '' : `: ${safe(reason)}`}`
}

/** A message for scripts. */
export function noticesJson(notice: OwnerNotice, subject: Subject | undefined) {
  const { channel, senderId, requestId, about, state, tries, folded, waiting } = notice
  return {
    ...{ channel, senderId, account: notice.account ?? null, requestId, about, state },
    ...{ at: iso(notice.at), tries, folded, waiting, reason: notice.reason ?? null },
    whom: subject ?? null,
  }
}
