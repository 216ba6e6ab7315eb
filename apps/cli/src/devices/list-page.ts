import type { Call } from '../args/types.ts'
import { safe } from '../output/safe.ts'
import type { Page } from '../output/screen.ts'
import { table } from '../output/table.ts'
import { absolute, relative, shortTime } from '../output/time.ts'
import { printFacts } from '../people/facts.ts'
import { argumentWord } from '../program.ts'
import { commandLine } from '../remote/options.ts'
import type { SeenDevice, SeenGrant, SeenLists, SeenRequest } from './door.ts'
import { requestFacts } from './request-page.ts'
import { seenAt } from './seen.ts'
import { deviceName, grantWords, shortId, withLabel } from './words.ts'

/** More commands than this would be a page of their own. */
const COMMANDS_SHOWN = 5
/** Of what one device may do or asks for, this much is shown; its own page has all of it. */
const NAMES_SHOWN = 8

/** Prints who waits and who is paired for a person. */
export function printDevices(call: Call, lists: SeenLists): void {
  const { out } = call.screen
  if (lists.waiting.length === 0) out.line('No device waits.')
  else printWaiting(call, lists)
  turnedAwayRemark(call, lists)
  out.line()
  if (lists.devices.length === 0) out.line('No device is paired.')
  else printPaired(out, lists.devices, call.world.now())
}

function printWaiting(call: Call, lists: SeenLists): void {
  const { waiting, maxWaiting } = lists
  const { out } = call.screen
  const { bold, dim } = out.style
  const places =
    maxWaiting === undefined
      ? String(waiting.length)
      : `${String(waiting.length)} of ${String(maxWaiting)} places taken`
  out.line(
    `${bold(waiting.length === 1 ? 'A device waits' : 'Devices wait')} ${dim(`· ${places}`)}`,
  )
  for (const request of waiting) {
    printFacts(out, requestFacts(withLabel(request, lists), { now: call.world.now() }))
    out.line()
  }
  out.line(waiting.length === 1 ? 'To let it in:' : 'To let one of them in:')
  for (const { requestId } of waiting.slice(0, COMMANDS_SHOWN)) {
    out.line(`  ${commandLine(call, 'devices approve')} ${safe(argumentWord(requestId))}`)
  }
}

function turnedAwayRemark({ screen: { out }, world }: Call, { turnedAway }: SeenLists): void {
  if (turnedAway === undefined) return
  const { count, since, lastAt } = turnedAway
  const now = world.now()
  const what = count === 1 ? '1 ask of others was' : `${String(count)} asks of others were`
  const told = `${what} turned away since ${shortTime(since, now)}, the last ${relative(lastAt, now)}: more asked than may wait at once.`
  out.prose(out.style.yellow(told))
}

function printPaired(out: Page, devices: readonly SeenDevice[], now: number): void {
  out.line(`${out.style.bold('Paired')} ${out.style.dim(`· ${String(devices.length)}`)}`)
  const isTold = !devices.some(({ grants }) =>
    grants.some(({ approvedBy }) => approvedBy === undefined),
  )
  const columns = [
    { title: 'Id' },
    { title: 'Name', flexible: true as const },
    { title: 'May' },
    { title: 'Approved' },
    { title: 'By', flexible: true as const },
    { title: 'Seen (about)' },
    { title: 'Token' },
  ]
  const rows = devices.flatMap((device) => deviceRows(device, now))
  // Who approved is not told from afar.
  const kept = <T>(row: readonly T[]): readonly T[] =>
    isTold ? row : row.filter((_, index) => columns[index]?.title !== 'By')
  out.lines(
    table(kept(columns), rows.map(kept), { style: out.style, width: out.width, indent: '  ' }),
  )
}

/** A row for each role. */
function deviceRows(device: SeenDevice, now: number): readonly (readonly string[])[] {
  const { deviceId, description, label, grants, approvedAt } = device
  const id = shortId(deviceId)
  const name = deviceName(description, label) || '–'
  if (grants.length === 0) return [[id, name, 'nothing', absolute(approvedAt), '', '', '']]
  return grants.map((grant) => [
    id,
    name,
    grantWords(grant, NAMES_SHOWN),
    absolute(grant.approvedAt ?? approvedAt),
    safe(grant.approvedBy ?? ''),
    seenWords(device, grant, now),
    tokenWords(device, grant),
  ])
}

function seenWords(device: SeenDevice, grant: SeenGrant, now: number): string {
  const at = seenAt(device, [grant])
  return at === undefined ? 'not yet' : relative(at, now)
}

/** How the token of a role is; a role that is revoked has none that works. */
function tokenWords({ tokens }: SeenDevice, { role, revokedAt }: SeenGrant): string {
  if (revokedAt !== undefined) return `revoked ${absolute(revokedAt)}`
  const token = tokens.find((one) => one.role === role)
  if (token === undefined) return 'when it connects'
  return `since ${absolute(token.rotatedAt ?? token.createdAt)}`
}

/** One line for each request, for an error that names them. */
export function waitingLines(waiting: readonly SeenRequest[]): readonly string[] {
  return waiting.slice(0, COMMANDS_SHOWN).map(({ requestId, deviceId, description, role }) => {
    const name = deviceName(description)
    return `${safe(requestId)}  ${name === '' ? '' : `${name} `}${shortId(deviceId)} as ${role}`
  })
}
