import { safe } from '../output/safe.ts'
import type { Page } from '../output/screen.ts'
import { absolute } from '../output/time.ts'
import { type Fact, printFacts } from '../people/facts.ts'
import type { Contents } from './contents.ts'
import type { OpenPlace } from './open-place.ts'

/** A place as a person reads it. */
export function placeWords({ kind, where }: Pick<OpenPlace, 'kind' | 'where'>): string {
  return kind === 'files' ? `${safe(where)} (files)` : `${safe(where)} (PostgreSQL)`
}

/** What is moved. */
export function contentFacts({ people, owners, devices, records, journal }: Contents): Fact[] {
  const persons = people.map(
    ({ channel, allowed, blocked, waiting }) =>
      `${safe(channel)}: ${listed([
        [allowed, 'may write'],
        [blocked, 'blocked'],
        [waiting, waiting === 1 ? 'waits' : 'wait'],
      ])}`,
  )
  const { entries, from, to, oldest, newest } = journal
  const range = entries === 0 ? '' : `, ${String(from)}–${String(to)}`
  const times =
    oldest === undefined || newest === undefined
      ? ''
      : `, ${absolute(oldest)} to ${absolute(newest)}`
  return [
    ['People', persons.length === 0 ? 'nobody' : persons.join('; ')],
    ['Owners', owners === 0 ? 'none besides those in the configuration' : String(owners)],
    [
      'Devices',
      listed([
        [devices.paired, 'paired'],
        [devices.waiting, devices.waiting === 1 ? 'waits' : 'wait'],
      ]),
    ],
    ['Records', `${String(records)} in all`],
    ['Journal', `${some(entries, 'entry', 'entries')}${range}${times}`],
  ]
}

function listed(counts: readonly (readonly [number, string])[]): string {
  const found = counts.filter(([count]) => count > 0)
  return found.length === 0
    ? 'none'
    : found.map(([count, what]) => `${String(count)} ${what}`).join(', ')
}

/** `1 entry`, `2 entries`. */
export function some(count: number, one: string, more: string): string {
  return `${String(count)} ${count === 1 ? one : more}`
}

/** What a move is about: its two ends, and what is moved. */
export function printEnds(page: Page, facts: readonly Fact[]): void {
  printFacts(page, facts)
  page.line()
}
