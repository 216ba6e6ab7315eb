import type { PendingRequest } from '@openclaw/dm-pairing'
import type { Call } from '../args/types.ts'
import { safe } from '../output/safe.ts'
import { absolute, relative, span } from '../output/time.ts'
import { ask, questionPage } from './ask.ts'
import { type Fact, printFacts } from './facts.ts'
import { idLabel, placeName } from './places.ts'
import { calledThemselves, idWords, origin } from './who.ts'

/** What the owner said to a request. */
export type Answer = 'approve' | 'not-now' | 'block'

/** Shows who asks and what an approval would give, and asks. Anything unclear is "not now". */
export async function askApproval(
  call: Call,
  request: PendingRequest,
  expiresInMs: number | undefined,
): Promise<Answer> {
  const page = questionPage(call)
  if (page === undefined) return 'not-now'
  const now = call.world.now()
  page.line(page.style.bold('Somebody asks to write to your assistant:'))
  page.line()
  printFacts(page, requestFacts(request, now))
  page.line()
  printFacts(page, grantFacts(request, { now, expiresInMs }))
  page.line()
  page.line('  y  approve')
  page.line('  n  not now: nothing changes, the request stays on the list')
  page.line('  b  block: never hear of them again, until you unblock')
  page.line()
  return meaning(await ask(call, 'Approve? [y/N/b]'))
}

function meaning(typed: string): Answer {
  if (['y', 'yes', 'approve'].includes(typed)) return 'approve'
  return ['b', 'block'].includes(typed) ? 'block' : 'not-now'
}

/** Who asked, where and when. */
export function requestFacts(request: PendingRequest, now: number): readonly Fact[] {
  const from = origin(request.meta)
  const wroteLast =
    request.lastSeenAt > request.createdAt
      ? `, wrote last ${relative(request.lastSeenAt, now)}`
      : ''
  return [
    ['Who', calledThemselves(request.meta) || 'no name given'],
    ['Id', `${idLabel(request.channel)} ${idWords(request)}`],
    ['Where', `${placeName(request)}, in a direct chat${from === '' ? '' : `, from ${from}`}`],
    ['Asked', `${relative(request.createdAt, now)} (${absolute(request.createdAt)})${wroteLast}`],
    ['Code', `${safe(request.code)}, lives ${span(request.expiresAt - now)} more`],
  ]
}

function grantFacts(
  request: PendingRequest,
  { now, expiresInMs }: { readonly now: number; readonly expiresInMs: number | undefined },
): readonly Fact[] {
  const until =
    expiresInMs === undefined
      ? 'you revoke it'
      : `${absolute(now + expiresInMs)} (${span(expiresInMs)} from now)`
  return [
    [
      'Gives',
      `direct messages to the assistant on ${placeName(request)}; no group, no other channel`,
    ],
    ['Until', until],
  ]
}
