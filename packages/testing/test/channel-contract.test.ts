import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { channelContract } from '../src/index.ts'
import { type Bug, memoryHarness } from './channel/memory-channel.ts'

channelContract('a channel that is right', memoryHarness('none'))
channelContract("a person's own account that is right", memoryHarness('none', 'person'))

/** Each bug, and a test of the suite that must find it. */
const found: readonly (readonly [bug: Bug, test: string])[] = [
  ['bots-pair', "'a bot' never pairs"],
  ['throws-on-junk', 'never throws and keeps its word on any JSON'],
  ['impure', "'a text' pairs"],
  ['lenient-ids', 'refuses "alice" and says what is right'],
  ['uncoded-refusal', 'refuses "alice" and says what is right'],
  ['repeats', 'a message delivered again is not offered again'],
  ['repeats', 'nor after a restart'],
  ['repeats-in-work', 'a message delivered again while it is handled waits for that'],
  ['unordered', 'messages of one person are handled one after another, in order'],
  ['one-at-a-time', 'a slow answer to one person does not hold up another'],
  ['drops-rejected', 'a message that was not handled is offered again, before later ones'],
  ['forgets-backlog', 'messages sent while nothing ran are handled at the next start'],
  ['forgets-backlog', 'a message that a stop interrupted is offered again'],
  ['never-stops', 'a stop ends it within a second'],
  ['offers-after-stop', 'nothing is offered after a stop'],
  ['ignores-abort', 'a signal that has aborted already ends it at once'],
  ['stays-cut', 'a link cut midway recovers by itself'],
  ['sends-again', 'a lost answer is unknown and the text not sent again'],
  ['calls-it-sent', 'a refusal is final and gives the reason'],
  ['calls-it-sent', 'what was not taken is tried a few times, then given up'],
  ['cuts-text', 'a long text arrives whole and no character is cut in two'],
  ['floods', 'of 100 sends at once, few are with the platform'],
  ['swaps', 'of 100 sends at once, each arrives once and in its order'],
  ['ageless', 'what a stranger wrote while nothing ran is history'],
  ['ageless', 'and what they wrote while the link was cut'],
  ['drops-late', 'what somebody approved wrote while nothing ran is delivered'],
  ['drops-late', 'as is what they wrote while the link was cut'],
  ['own-pairs', 'what the owner wrote on another device reaches neither the gate nor anybody'],
  ['answers-twice', 'a stranger gets one code where a policy is written'],
  ['leaks', 'a direct message is offered once, with where it came from'],
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
  const folder = mkdtempSync(join(tmpdir(), 'channel-contract-'))
  try {
    const output = join(folder, 'report.json')
    const runner = join(import.meta.dirname, 'channel/run-fixture.ts')
    const flags = ['--import', 'tsx', '--conditions=@openclaw-pairing/source']
    const pattern = found.map(([bug, test]) => `: ${bug} .*${literally(test)}$`).join('|')
    const env = { ...process.env, BUGS: [...new Set(found.map(([bug]) => bug))].join(',') }
    spawnSync(process.execPath, [...flags, runner, output, pattern], { env, stdio: 'ignore' })
    const report = JSON.parse(readFileSync(output, 'utf8')) as Report
    return report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ ancestorTitles, title }) => `${ancestorTitles[0]}: ${title}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the channel contract finds what is wrong', () => {
  let failed: readonly string[] = []
  beforeAll(() => {
    failed = failures()
  })

  it.each(found)('%s: %s', (bug, test) => {
    expect(failed).toContain(`channel contract: ${bug}: ${test}`)
  })
})
