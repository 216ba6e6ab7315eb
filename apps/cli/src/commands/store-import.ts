import { resolve } from 'node:path'
import type { ImportOutcome } from '@openclaw/credential-store/transfer'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Call, Command } from '../args/types.ts'
import { given, text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import type { Page } from '../output/screen.ts'
import { agree, refusing } from '../store/consent.ts'
import { type Contents, contentsOf } from '../store/contents.ts'
import { type OpenPlace, openPlace } from '../store/open-place.ts'
import { contentFacts, placeWords, printEnds, some } from '../store/pages.ts'
import { contentsJson, placeJson, transferPorts, withPlaces } from '../store/parts.ts'
import { PLACE_WORDS, placeOf } from '../store/place.ts'

/** `store import`. */
export const command: Command = {
  usage: ['store import --from <file> [--to <place>] [--dry-run|--yes]'],
  about: `Takes a file of openclaw store export into an empty store: all of it or nothing. It is read to its end before anything counts, and read back. Whoever was revoked after the file was made is let in again by it. --to is ${PLACE_WORDS}.`,
  options: {
    from: { type: 'string', value: '<file>', summary: 'the file' },
    to: { type: 'string', value: '<place>', summary: 'the store; unless given that in use here' },
    'dry-run': { type: 'boolean', summary: 'read and check the file, and change nothing' },
    yes: { type: 'boolean', summary: 'do not ask' },
  },
  words: { min: 0, max: 0 },
  examples: [
    { line: 'store import --from openclaw-store.jsonl --dry-run', what: 'is the file whole?' },
    { line: 'store import --from openclaw-store.jsonl', what: 'into the store in use here' },
  ],
  run: (call) => refusing(() => importAll(call)),
}

async function importAll(call: Call): Promise<ExitCode> {
  const name = text(call, 'from')
  if (name === undefined) {
    throw new UsageError('--from is missing: the file to take in', {
      hint: 'openclaw store import --from openclaw-store.jsonl',
    })
  }
  const to = await openPlace(call, await placeOf(call, 'to'))
  return withPlaces([to], () => take(call, resolve(name), to))
}

interface Shown {
  readonly path: string
  readonly to: OpenPlace
  readonly plan: ImportOutcome
  readonly contents: Contents
}

async function take(call: Call, path: string, to: OpenPlace): Promise<ExitCode> {
  const { imageFile, importStore, nodeStorePorts, planImport } = await import('../store-app.ts')
  const source = imageFile(path, nodeStorePorts({ now: () => call.world.now() as EpochMs }))
  const plan = await planImport(source, to)
  const { contents } = await contentsOf(source, plan.head)
  const shown = { path, to, plan, contents }
  if (given(call, 'dry-run')) return finish(call, shown, undefined)
  if (plan.step === 'take') {
    await agree(call, {
      question: 'Take it in?',
      show: (page) => printPlan(page, shown),
      hint: 'the same line with --yes',
      detail: planJson(shown),
    })
  }
  const outcome = await importStore(source, to, transferPorts(call))
  if (outcome.step === 'take') await to.settle()
  return finish(call, shown, outcome)
}

function printPlan(page: Page, { path, to, plan, contents }: Shown): void {
  printEnds(page, [
    ['File', `${safe(path)}, of ${new Date(plan.head.madeAt).toISOString()}`],
    ['To', placeWords(to)],
    ...contentFacts(contents),
  ])
}

function planJson({ path, to, plan, contents }: Shown) {
  const { id, madeAt } = plan.head
  const file = { path, id, madeAt: new Date(madeAt).toISOString() }
  return { step: plan.step, file, to: placeJson(to), ...contentsJson(contents) }
}

function finish(call: Call, shown: Shown, outcome: ImportOutcome | undefined): ExitCode {
  const { out } = call.screen
  const taken = outcome?.taken
  if (call.json) {
    const done = { dryRun: outcome === undefined, ...(taken && { verified: { ...taken } }) }
    call.screen.json({ ...planJson(shown), ...done })
  } else if (shown.plan.step === 'nothing') {
    out.line('Nothing to do: this very file was taken in before.')
  } else if (taken === undefined) {
    printPlan(out, shown)
    out.line('The file is whole. This was a dry run: nothing was changed.')
  } else {
    const counts = `${some(taken.records, 'record', 'records')} and ${some(taken.entries, 'journal entry', 'journal entries')}`
    out.line(`${out.style.green(`Taken into ${placeWords(shown.to)}`)}: ${counts}.`)
    out.prose('Read back and compared: the same content, and the journal’s chain is whole.')
    out.line(out.style.dim(`SHA-256 of the content ${taken.digest}`))
  }
  return EXIT.done
}
