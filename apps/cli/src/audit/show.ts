import { describeActor } from '@openclaw/pairing-authority'
import type { Actor } from '@openclaw/pairing-contracts'
import { claim, deviceName, shortId } from '../devices/words.ts'
import { safe } from '../output/safe.ts'
import type { Page } from '../output/screen.ts'
import { table } from '../output/table.ts'
import { absolute, iso, withLocalTimes } from '../output/time.ts'
import { who } from '../people/who.ts'
import type { AuditEvent } from './events.ts'
import type { KnownName } from './names.ts'
import type { AuditRow } from './read.ts'

/** Columns of the start of a device id with `as operator`. */
const ID_AND_ROLE = 24

const COLUMNS = [
  { title: 'When' },
  { title: 'What' },
  { title: 'About', flexible: true as const, least: ID_AND_ROLE },
  { title: 'By', flexible: true as const },
]

/** Rows as a table. */
export function auditTable(page: Page, rows: readonly AuditRow[]): string[] {
  const cells = rows.flatMap(({ entry, events, actorName }) =>
    events.map((event) => [
      absolute(entry.time),
      what(event),
      about(event),
      briefActor(entry.actor, actorName),
    ]),
  )
  return table(COLUMNS, cells, { style: page.style, width: page.width, indent: '' })
}

/** A row as one line, for `--follow`. */
export function auditLines(row: AuditRow): string[] {
  return row.events.map((event) => {
    return `${absolute(row.entry.time)}  ${what(event)}: ${about(event)} · by ${briefActor(row.entry.actor, row.actorName)}`
  })
}

/** A row for scripts: where records changed, not what stands in them. */
export function auditJson({ entry, events, actorName }: AuditRow) {
  return {
    seq: entry.seq,
    time: iso(entry.time),
    action: entry.action,
    actor: entry.actor,
    by: describeActor(entry.actor),
    ...(Object.keys(actorName).length === 0 ? {} : { actorName }),
    events,
    changes: entry.changes.map(({ collection, key, value }) => ({
      collection,
      key,
      removed: value === undefined,
    })),
    ...(entry.detail === undefined ? {} : { detail: entry.detail }),
  }
}

/** Who, short enough for a table; the whole words stand in the JSON. */
function briefActor(actor: Actor, { label, name }: KnownName): string {
  if (actor.kind === 'root') return `${safe(actor.user)} at the terminal`
  if (actor.kind === 'sender') return 'the sender'
  if (actor.kind === 'device') return 'the device'
  if (actor.kind === 'operator') {
    const called = deviceName({ displayName: name ?? '' }, label)
    return ['operator', called, shortId(actor.deviceId)].filter(isText).join(' ')
  }
  if (actor.kind !== 'system') return safe(describeActor(actor))
  return actor.part.startsWith('outside') ? 'another program' : `openclaw (${safe(actor.part)})`
}

function what({ what, detail }: AuditEvent): string {
  return safe(detail === undefined ? what : `${what} (${withLocalTimes(detail)})`)
}

function about(event: AuditEvent): string {
  const { deviceId, nodeId, role, name = '', label } = event
  const called = deviceName({ displayName: name }, label)
  if (nodeId !== undefined) return ['node', claim(nodeId), called].filter(isText).join(' ')
  if (deviceId === undefined) return aboutPerson(event)
  const part = role === undefined ? '' : `as ${safe(role)}`
  // Names last: they are what is cut where a terminal is narrow.
  const which = [shortId(deviceId), part].filter(isText).join(' ')
  return [which, called].filter(isText).join(', ')
}

function isText(part: string): boolean {
  return part !== ''
}

function aboutPerson({ channel, account, senderId, meta }: AuditEvent): string {
  const called = meta === undefined ? '–' : who(meta)
  return [
    safe(senderId ?? ''),
    called === '–' ? '' : called,
    channel === undefined
      ? ''
      : `on ${safe(channel)}${account === undefined || account === 'default' ? '' : `/${safe(account)}`}`,
  ]
    .filter(isText)
    .join(' ')
}
