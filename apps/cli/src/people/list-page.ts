import type { PendingList, WaitingRequest } from '@openclaw/dm-pairing'
import type { DmPolicyName } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { safe } from '../output/safe.ts'
import type { Page } from '../output/screen.ts'
import { table } from '../output/table.ts'
import { relative, shortTime, span } from '../output/time.ts'
import { wrap } from '../output/wrap.ts'
import { idLabel, placeName, placeWords } from './places.ts'
import type { PeoplePage } from './session.ts'
import { idWords, who } from './who.ts'

/** What the page is about. */
export interface ListPage {
  readonly call: Call
  readonly session: PeoplePage
  /** The channel that was asked for; `undefined`: all. */
  readonly channel: string | undefined
}

/** More commands than this would be a page of their own. */
const COMMANDS_SHOWN = 5

/** Prints the pending requests of some accounts for a person. */
export function printLists(page: ListPage, lists: readonly PendingList[]): void {
  const { out } = page.call.screen
  const telling = lists.filter(
    ({ requests, turnedAway }) => requests.length > 0 || turnedAway !== undefined,
  )
  const waiting = lists.flatMap(({ requests }) => requests)
  if (waiting.length === 0) out.line(nobody(page.channel))
  telling.forEach((list, index) => {
    if (index > 0 || waiting.length === 0) out.line()
    printList(out, list, page.session.now())
  })
  policyRemarks(page, lists)
  if (waiting.length > 0) commands(page, waiting)
}

function nobody(channel: string | undefined): string {
  return channel === undefined ? 'Nobody is waiting.' : `Nobody is waiting on ${channel}.`
}

function printList(out: Page, list: PendingList, now: number): void {
  const { bold, dim } = out.style
  const places = `${String(list.requests.length)} of ${String(list.maxPending)} places taken`
  out.line(`${bold(placeName(list))} ${dim(`· ${places}`)}`)
  if (list.requests.length > 0) out.lines(requestTable(out, list, now))
  if (list.turnedAway === undefined) return
  const { count, since, lastAt } = list.turnedAway
  const what = count === 1 ? '1 message of others was' : `${String(count)} messages of others were`
  const told = `${what} turned away since ${shortTime(since, now)}, the last ${relative(lastAt, now)}: more asked than may wait at once.`
  for (const line of wrap(told, (out.width ?? Number.POSITIVE_INFINITY) - 2))
    out.line(`  ${out.style.yellow(line)}`)
}

function requestTable(out: Page, list: PendingList, now: number): string[] {
  const { bold, cyan } = out.style
  const columns = [
    { title: 'Code', paint: (cell: string) => bold(cyan(cell)) },
    { title: 'Who', flexible: true as const },
    { title: idLabel(list.channel) },
    { title: 'Asked' },
    { title: 'Lives' },
  ]
  const rows = list.requests.map((request) => [
    safe(request.code),
    who(request.meta),
    idWords(request),
    `${relative(request.createdAt, now)} (${shortTime(request.createdAt, now)})`,
    span(request.expiresAt - now),
  ])
  return table(columns, rows, { style: out.style, width: out.width, indent: '  ' })
}

/** Where strangers cannot ask, an empty list has another meaning. */
function policyRemarks({ call, session, channel }: ListPage, lists: readonly PendingList[]): void {
  if (channel === undefined) return
  for (const list of lists) {
    const policy = policyName(session, list)
    if (policy === 'pairing') continue
    const why =
      policy === undefined
        ? `The configuration of ${placeName(list)} has errors: nobody can ask there.`
        : `The policy of ${placeName(list)} is “${policy}”: nobody can ask there.`
    call.screen.out.prose(call.screen.out.style.dim(why))
  }
}

function policyName(session: PeoplePage, list: PendingList): DmPolicyName | undefined {
  try {
    return session.config().policyOf(list).policy
  } catch {
    return undefined
  }
}

function commands({ call, channel }: ListPage, waiting: readonly WaitingRequest[]): void {
  const { out } = call.screen
  out.line()
  out.line(waiting.length === 1 ? 'To let them in:' : 'To let one of them in:')
  for (const request of waiting.slice(0, COMMANDS_SHOWN)) {
    out.line(`  ${call.program} pairing approve ${placeWords(request)} ${request.code}`)
  }
  if (waiting.length <= COMMANDS_SHOWN) return
  out.line(
    `The others with their code: ${call.program} pairing approve ${channel ?? '<channel>'} <CODE>`,
  )
}
