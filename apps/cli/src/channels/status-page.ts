import type { Call } from '../args/types.ts'
import { withProgram } from '../hints.ts'
import { safe } from '../output/safe.ts'
import type { Page } from '../output/screen.ts'
import { table } from '../output/table.ts'
import { relative } from '../output/time.ts'
import { wrap } from '../output/wrap.ts'
import type { ShownAccount } from './accounts.ts'
import type { ChannelsStatus } from './status-json.ts'

/** Prints how the accounts are doing for a person. */
export function printStatus(call: Call, status: ChannelsStatus): void {
  const { out } = call.screen
  printGateway(call, status)
  if (status.accounts.length === 0) {
    out.line('No channel is configured.')
    return
  }
  out.line()
  out.lines(accountTable(call, status.accounts))
  for (const account of status.accounts) printTrouble(call, account)
  printUnreachable(call, status.accounts)
}

function printGateway({ screen: { out }, program }: Call, status: ChannelsStatus): void {
  const { gateway, isAnswered, isShared, reasons } = status
  if (gateway === undefined) {
    out.prose(
      isShared
        ? 'No gateway runs on this machine; those elsewhere are asked there. This is what is configured.'
        : 'No gateway runs here: nothing is connected. This is what is configured.',
    )
    out.line(out.style.dim(`To start one: ${program} gateway`))
    return
  }
  const runs = `The gateway runs, process ${String(gateway.pid)}`
  if (isAnswered && reasons.length === 0) {
    out.line(`${runs}.`)
    return
  }
  const trouble = isAnswered ? `lets nobody in: ${reasons.join('; ')}` : 'does not say how it is'
  const lines = wrap(`${runs}, and ${safe(trouble)}.`, out.width ?? Number.POSITIVE_INFINITY)
  out.lines(lines.map(out.style.yellow))
  out.line(out.style.dim(`What is wrong: ${program} doctor`))
}

const STATES: Readonly<Record<string, string>> = {
  absent: 'not connected',
  unknown: 'not known',
  unsupported: 'not in this release',
  standby: 'at another gateway',
}

function accountTable(
  { screen: { out }, world }: Call,
  accounts: readonly ShownAccount[],
): readonly string[] {
  const now = world.now()
  const ago = (at: number | undefined): string => (at === undefined ? '' : relative(at, now))
  const columns = [
    { title: 'Channel' },
    { title: 'State', paint: (cell: string) => painted(out, cell) },
    { title: 'Since' },
    { title: 'Last message' },
    { title: 'Strangers', flexible: true as const },
    { title: 'Through', flexible: true as const },
  ]
  const rows = accounts.map((each) => [
    nameOf(each),
    safe(STATES[each.state] ?? each.state),
    ago(each.since),
    ago(each.lastMessageAt),
    strangers(each),
    safe([each.transport, each.webhookPath].filter((word) => word !== undefined).join(' ')),
  ])
  const used = columns.map((_, index) => rows.some((row) => row[index] !== ''))
  const shown = rows.map((row) => row.filter((_, index) => used[index]))
  const titles = columns.filter((_, index) => used[index])
  return table(titles, shown, { style: out.style, width: out.width, indent: '  ' })
}

function painted({ style }: Page, cell: string): string {
  const state = cell.trim()
  if (state === 'connected') return style.green(cell)
  if (state === 'failed') return style.red(cell)
  return state === 'off' || state === STATES['standby'] ? style.dim(cell) : style.yellow(cell)
}

/** What becomes of somebody who writes for the first time. */
function strangers({ policy, reply }: ShownAccount): string {
  if (policy === undefined) return ''
  if (policy === 'pairing') return reply === 'silent' ? 'wait, unanswered' : 'get a code'
  return policy === 'open' ? 'are let in (open)' : `are ignored (${policy})`
}

/** What stands in the way, or stood there before. */
function printTrouble({ screen: { out }, program, world }: Call, account: ShownAccount): void {
  const { state, lastError, lastErrorAt, fix } = account
  const isUp = state === 'connected' || state === 'standby'
  const before = lastErrorAt === undefined ? 'before' : relative(lastErrorAt, world.now())
  const told = [isUp && lastError ? `${before}: ${lastError}` : lastError, fix]
  for (const each of told) {
    if (each === undefined) continue
    const line = `${nameOf(account)}: ${safe(withProgram(each, program))}`
    const paint = isUp ? out.style.dim : out.style.yellow
    out.line()
    out.lines(
      wrap(line, (out.width ?? Number.POSITIVE_INFINITY) - 2).map((text) => `  ${paint(text)}`),
    )
  }
}

const nameOf = ({ channel, account }: ShownAccount): string =>
  safe(account === 'default' ? channel : `${channel} (account ${account})`)

function printUnreachable(call: Call, accounts: readonly ShownAccount[]): void {
  const { out } = call.screen
  const rows = accounts.flatMap((account) =>
    account.unreachable.map(({ to, senderId, reason, count, at }) => [
      nameOf(account),
      safe(senderId ?? to),
      safe(reason),
      String(count),
      relative(at, call.world.now()),
    ]),
  )
  if (rows.length === 0) return
  out.line()
  out.line('Could not be written to, and is not tried again by itself:')
  const columns = [
    { title: 'Channel' },
    { title: 'Who' },
    { title: 'Why', flexible: true as const, least: 24 },
    { title: 'Times' },
    { title: 'Last' },
  ]
  out.lines(table(columns, rows, { style: out.style, width: out.width, indent: '  ' }))
}
