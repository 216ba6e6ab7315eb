import type { Call } from '../args/types.ts'
import { safe } from '../output/safe.ts'
import type { Page } from '../output/screen.ts'
import { absolute, relative } from '../output/time.ts'
import { ask, questionPage } from '../people/ask.ts'
import { type Fact, printFacts } from '../people/facts.ts'
import type { SeenRequest } from './door.ts'
import { grantFacts } from './gives.ts'
import { askedWords, claim, deviceName, grantWords, kindWords, type NamedRequest } from './words.ts'

/** Of what a device asks for and has, this much is named; `devices list --json` has all of it. */
const NAMES_SHOWN = 8

/** What the owner said to a request. */
export type Answer = 'approve' | 'not-now' | 'reject'

/** How the facts of a request are shown. */
export interface FactOptions {
  readonly now: number
}

/** Shows what a device is and what an approval would give, and asks. Anything unclear is "not now". */
export async function askApproval(
  call: Call,
  request: NamedRequest,
  scopes: readonly string[] | undefined,
): Promise<Answer> {
  const page = questionPage(call)
  if (page === undefined) return 'not-now'
  printRequest(page, { request, scopes, now: call.world.now() })
  page.line('  y  approve')
  page.line('  n  not now: nothing changes, the request stays on the list')
  page.line('  r  reject: it may ask again in 10 minutes')
  page.line()
  return meaning(await ask(call, 'Approve? [y/N/r]'))
}

function meaning(typed: string): Answer {
  if (['y', 'yes', 'approve'].includes(typed)) return 'approve'
  return ['r', 'reject'].includes(typed) ? 'reject' : 'not-now'
}

/** What is shown before somebody decides. */
export interface RequestPage {
  readonly request: NamedRequest
  /** Fewer scopes than asked, where that was chosen. */
  readonly scopes: readonly string[] | undefined
  readonly now: number
}

/** Prints a request: what asks, what for, and what comes of an approval. */
export function printRequest(page: Page, { request, scopes, now }: RequestPage): void {
  page.line(page.style.bold(TITLES[request.reason]))
  page.line()
  printFacts(page, requestFacts(request, { now }))
  page.line()
  printFacts(page, grantFacts(request, scopes))
  page.line()
}

const TITLES: Readonly<Record<SeenRequest['reason'], string>> = {
  'not-paired': 'A device asks to be paired:',
  'role-upgrade': 'A device asks for another role:',
  'scope-upgrade': 'A paired device asks for more:',
  'metadata-upgrade': 'A paired device says that it is another kind of machine:',
  'command-upgrade': 'A paired node offers more commands:',
}

const ASKED_BY: Readonly<Record<NonNullable<SeenRequest['askedBy']>, string>> = {
  'shared-secret': 'with the secret of the gateway',
  'setup-code': 'with a setup code',
  'paired-key': 'with its paired key',
}

/** What asks, from where, for what, and how long. */
export function requestFacts(request: NamedRequest, { now }: FactOptions): readonly Fact[] {
  const { description, address, granted, createdAt, lastAskedAt } = request
  const from = address === undefined ? 'an unknown address' : claim(address)
  const how = request.askedBy === undefined ? '' : `, ${ASKED_BY[request.askedBy]}`
  const isAgain = lastAskedAt !== undefined && lastAskedAt > createdAt
  const last = isAgain ? `, asked last ${relative(lastAskedAt, now)}` : ''
  return [
    ['Name', nameWords(request)],
    ['What', kindWords(description)],
    ['From', `${from}${how}`],
    ['Device', safe(request.deviceId)],
    ['Key words', `${request.fingerprint.join(' ')} (the same where the device shows them)`],
    ...askedWords(request, NAMES_SHOWN).map(
      (text, index): Fact => [index === 0 ? 'Asks for' : '', text],
    ),
    ...granted.map(
      (grant, index): Fact => [index === 0 ? 'Has now' : '', grantWords(grant, NAMES_SHOWN)],
    ),
    ['Asked', `${relative(createdAt, now)} (${absolute(createdAt)})${last}`],
    ...(request.expiresAt === undefined
      ? []
      : [['Ends', `${relative(request.expiresAt, now)}, unless it asks again`] as const]),
    ['Request', safe(request.requestId)],
  ]
}

function nameWords({ description, label }: NamedRequest): string {
  const name = deviceName(description)
  const itself = name === '' ? '' : `${name} (as it calls itself)`
  if (label === undefined) return itself === '' ? 'none given' : itself
  return itself === '' ? safe(label) : `${safe(label)}, ${itself}`
}
