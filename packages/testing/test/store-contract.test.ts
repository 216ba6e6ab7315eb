import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { credentialStoreContract, fixedClock, seededRandom } from '../src/index.ts'
import { type Bug, mapStore } from './store/map-store.ts'

credentialStoreContract('a store that is right', async () => {
  const store = mapStore('none')
  return { store, cleanup: () => store.close() }
})

/** Each bug, and a test of the suite that must find it. */
const found: readonly (readonly [bug: Bug, test: string])[] = [
  ['lands-on-throw', 'lands nothing when the work throws'],
  ['lands-on-throw', 'behaves like a plain map under random transactions'],
  ['blind-to-itself', 'reads its own writes'],
  ['overlaps', 'loses none of a hundred concurrent increments'],
  ['overlaps', 'never goes over a cap that is checked inside'],
  ['counts-failures', 'numbers entries 1, 2, 3 … without gaps, failures included'],
  ['logs-nothings', 'writes nothing for a transaction that changes nothing'],
  ['forgets-notes', 'says who did what and when'],
  ['removes-as-null', 'removes a record'],
  ['stale-view', 'shows each commit as soon as it is acknowledged'],
  ['dirty-view', 'never shows what is only planned'],
  ['decodes-each-time', 'decodes a record once until it changes'],
  ['shares-values', 'is not changed by what happens to a value after it was put'],
  ['shares-values', 'is not changed by what happens to a value that was read'],
  ['takes-anything', 'refuses NaN and writes nothing'],
  ['takes-anything', 'refuses what its own decoder would not read back'],
  ['drops-damaged', 'reports a record that cannot be decoded and keeps it'],
  ['unordered', 'lists by prefix in the order of UTF-16 code units'],
  ['plain-object-keys', 'keeps the key "__proto__" as it is'],
  ['takes-empty-keys', 'refuses the key ""'],
  ['never-ends', 'ends when the store is closed'],
  ['ignores-abort', 'ends when it is aborted while it waits'],
  ['skips-live', 'goes on live, in order and once each'],
  ['writes-after-close', 'refuses transactions afterwards'],
  ['answers-after-close', 'refuses to answer from a view afterwards'],
  ['late-transactions', 'refuses a transaction that is used after its end'],
  ['walks-once', 'walks on to what was changed or added since, and says when there is nothing'],
  ['walks-once', 'hands out together what a list says, whatever is written in between'],
  ['walks-by-number', 'hands out together what a list says, whatever is written in between'],
  ['walks-past-damage', 'names a damaged record and walks on behind it'],
  ['branches-gone', 'says how keys go on behind a beginning'],
]

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** Runs just the tests of {@link found} and gives those that failed, as `bug: title`. */
function failures(): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'store-contract-'))
  try {
    const output = join(folder, 'report.json')
    const runner = join(import.meta.dirname, 'store/run-fixture.ts')
    const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
    const pattern = found.map(([bug, test]) => `: ${bug} .*${literally(test)}$`).join('|')
    const env = { ...process.env, BUGS: [...new Set(found.map(([bug]) => bug))].join(',') }
    spawnSync(process.execPath, [...flags, runner, output, pattern], {
      env,
      cwd: import.meta.dirname,
      stdio: 'ignore',
    })
    const report = JSON.parse(readFileSync(output, 'utf8')) as Report
    return report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ ancestorTitles, title }) => `${ancestorTitles[0]}: ${title}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the credential store contract finds what is wrong', () => {
  let failed: readonly string[] = []
  beforeAll(() => {
    failed = failures()
  })

  it.each(found)('%s: %s', (bug, test) => {
    expect(failed).toContain(`credential store contract: ${bug}: ${test}`)
  })
})

describe('fakes', () => {
  it('a fixed clock stands still until it is told', () => {
    const clock = fixedClock(1000)
    expect([clock.now(), clock.now()]).toEqual([1000, 1000])
    clock.advance(-1)
    expect(clock.now()).toBe(999)
    clock.set(5)
    expect(clock.now()).toBe(5)
  })

  it('seeded random bytes repeat for a seed, differ between seeds and use every value', () => {
    const bytes = seededRandom(1)(50_000)
    expect(seededRandom(1)(50_000)).toEqual(bytes)
    expect(seededRandom(2)(16)).not.toEqual(bytes.slice(0, 16))
    expect(new Set(bytes).size).toBe(256)
    const next = seededRandom(3)
    expect(next(8)).not.toEqual(next(8))
  })
})
