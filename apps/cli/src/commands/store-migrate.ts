import type { TransferOutcome, TransferPlan } from '@openclaw/credential-store/transfer'
import type { EpochMs } from '@openclaw/pairing-contracts'
import type { Call, Command } from '../args/types.ts'
import { given, text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withProgram } from '../hints.ts'
import { safe } from '../output/safe.ts'
import type { Page } from '../output/screen.ts'
import { questionPage } from '../people/ask.ts'
import { agree, refusing } from '../store/consent.ts'
import { type Contents, contentsOf } from '../store/contents.ts'
import { type OpenPlace, openPlace } from '../store/open-place.ts'
import { contentFacts, placeWords, printEnds, some } from '../store/pages.ts'
import { contentsJson, placeJson, transferPorts, withPlaces } from '../store/parts.ts'
import { PLACE_WORDS, placeOf } from '../store/place.ts'

/** `store migrate`. */
export const command: Command = {
  usage: ['store migrate --from <place> --to <place> [--dry-run|--yes]'],
  about: `Moves the store, everything that was decided and the journal, to an empty place: from files to PostgreSQL, back, or from one to another of its kind. It is copied, read back and compared; then the old place is marked and openclaw refuses it from now on. Cut off anywhere, the same line again ends it. A place is ${PLACE_WORDS}; one of the two may be left out: then it is the store in use here (OPENCLAW_STORE_URL, else the state directory). Stop every gateway before. What a gateway keeps beside the store (linked devices of WhatsApp, how far messages were read) and the files of OpenClaw 2026.2 stay where they are.`,
  options: {
    from: { type: 'string', value: '<place>', summary: 'where the store is' },
    to: { type: 'string', value: '<place>', summary: 'where it is to be' },
    'dry-run': { type: 'boolean', summary: 'show what would be done, and change nothing' },
    yes: { type: 'boolean', summary: 'do not ask' },
  },
  words: { min: 0, max: 0 },
  examples: [
    { line: 'store migrate --to @/etc/openclaw/store-url --dry-run', what: 'what would be moved' },
    { line: 'store migrate --to @/etc/openclaw/store-url', what: 'from the state directory' },
    { line: 'store migrate --from @/etc/openclaw/store-url --to ~/.openclaw', what: 'and back' },
  ],
  run: (call) => refusing(() => migrate(call)),
}

async function migrate(call: Call): Promise<ExitCode> {
  if (text(call, 'from') === undefined && text(call, 'to') === undefined) {
    throw new UsageError('--from and --to are both missing: a move has two ends', {
      hint: 'openclaw store migrate --to <place>',
    })
  }
  if (text(call, 'from') === '-' && text(call, 'to') === '-') {
    throw new UsageError('only one of --from and --to can be read from stdin', {
      hint: 'put the other address into a file, and name it with @',
    })
  }
  const from = await openPlace(call, await placeOf(call, 'from'))
  const to = await openPlace(call, await placeOf(call, 'to'))
  return withPlaces([from, to], () => move(call, { from, to }))
}

interface Ends {
  readonly from: OpenPlace
  readonly to: OpenPlace
}

interface Shown extends Ends {
  readonly plan: TransferPlan
  /** Absent where nothing is left to be copied. */
  readonly contents: Contents | undefined
  /** Files of OpenClaw 2026.2 that were never taken over here; a dry run does not count who is in them. */
  readonly lists: readonly string[]
}

async function move(call: Call, ends: Ends): Promise<ExitCode> {
  const { planTransfer, transferStore } = await import('../store-app.ts')
  if (ends.from.where === ends.to.where) {
    throw new UsageError('--from and --to lead to the same place', {
      hint: 'openclaw store migrate --help',
    })
  }
  const isDry = given(call, 'dry-run')
  const found = await ends.from.look()
  // what a hand or another program changed in the files comes along
  if (!isDry && found.mark === undefined && found.users.length === 0) await ends.from.settle()
  const lists = isDry && found.seq === 0 && found.mark === undefined ? found.foreign : []
  // a list that no journal knows yet is taken over by the move itself, and a dry run takes nothing over
  const from =
    lists.length === 0 ? ends.from : { ...ends.from, look: async () => ({ ...found, seq: 1 }) }
  const plan = await planTransfer({ ...ends, from })
  const isRead = plan.step === 'move' && lists.length === 0
  const contents = isRead ? await contentsHere(call, ends.from) : undefined
  const shown = { ...ends, plan, contents, lists }
  if (isDry) return finish(call, shown, undefined)
  if (plan.step === 'move') {
    await agree(call, {
      question: 'Move it?',
      show: (page) => printPlan(page, shown),
      hint: 'the same line with --yes',
      detail: planJson(shown),
    })
  }
  if (plan.step === 'move') sayBegun(call)
  const outcome = await transferStore(ends, transferPorts(call))
  if (plan.step === 'move') await ends.to.settle()
  return finish(call, shown, outcome)
}

/** For somebody who watches: a large store takes minutes. */
function sayBegun(call: Call): void {
  const page = questionPage(call)
  page?.line(
    page.style.dim('Copying and comparing … cut off by Ctrl-C, the same line again ends it.'),
  )
}

async function contentsHere(call: Call, from: OpenPlace): Promise<Contents> {
  const wish = { id: '0'.repeat(32), madeAt: call.world.now() as EpochMs }
  return (await contentsOf(from, wish)).contents
}

function printPlan(page: Page, { from, to, plan, contents, lists }: Shown): void {
  const facts = contents === undefined ? [] : contentFacts(contents)
  if (lists.length > 0) facts.push(['Lists', lists.map(safe).join(', ')])
  printEnds(page, [['From', placeWords(from)], ['To', placeWords(to)], ...facts])
  if (plan.replaces) {
    page.prose('At the target an older state of the same store gives way.')
  }
  page.prose(
    `Everything is copied, read back and compared; then ${placeWords(from)} is marked, and openclaw refuses it from now on.`,
  )
  if (from.kind === 'files') {
    page.prose('The files of OpenClaw 2026.2 in it stay as they are, and grow old.')
  }
  page.line()
}

function finish(call: Call, shown: Shown, outcome: TransferOutcome | undefined): ExitCode {
  if (call.json) call.screen.json({ ...planJson(shown), ...outcomeJson(outcome) })
  else if (outcome === undefined) printDry(call, shown)
  else printDone(call, shown, outcome)
  return EXIT.done
}

function planJson({ from, to, plan, contents, lists }: Shown) {
  return {
    step: plan.step,
    replaces: plan.replaces,
    from: placeJson(from),
    to: placeJson(to),
    ...(contents && contentsJson(contents)),
    ...(lists.length > 0 && { lists: [...lists] }),
  }
}

function outcomeJson(outcome: TransferOutcome | undefined) {
  return {
    dryRun: outcome === undefined,
    ...(outcome?.taken && { verified: { ...outcome.taken } }),
  }
}

const ALREADY = 'Nothing to do: it was moved there before.'

function printDry({ screen: { out }, program }: Call, shown: Shown): void {
  if (shown.plan.step === 'nothing') out.line(ALREADY)
  else if (shown.plan.step === 'move') {
    printPlan(out, shown)
    printNotCounted(out, shown, program)
  } else
    out.prose('Everything is there already; only the mark at its old place is left to be made.')
  out.line('This was a dry run: nothing was changed.')
}

/** What a move takes over from files before it copies; a dry run writes nothing, so it cannot. */
function printNotCounted(page: Page, { from, lists }: Shown, program: string): void {
  if (from.kind !== 'files') return
  page.prose(
    lists.length > 0
      ? withProgram(
          'These lists were never taken over here; the move does that first. Who is in them: openclaw pairing allowed; openclaw devices list',
          program,
        )
      : 'What other programs changed in its files meanwhile is not counted here; the move takes it over first.',
  )
}

function printDone(call: Call, { from, to }: Shown, { step, taken }: TransferOutcome): void {
  const { out } = call.screen
  if (step === 'nothing') {
    out.line(ALREADY)
    return
  }
  const what = out.style.green(`Moved to ${placeWords(to)}`)
  if (taken === undefined) out.line(`${what}; it was there already, and the mark is made now.`)
  else {
    const counts = `${some(taken.records, 'record', 'records')} and ${some(taken.entries, 'journal entry', 'journal entries')}`
    out.line(`${what}: ${counts}.`)
    out.prose('Read back and compared: the same content, and the journal’s chain is whole.')
    out.line(out.style.dim(`SHA-256 of the content ${taken.digest}`))
  }
  out.prose(`${placeWords(from)} is marked as moved; openclaw refuses it from now on.`)
  out.prose(nowWords(to))
}

/** What has to be set from now on. */
function nowWords({ kind, where, isOwn }: OpenPlace): string {
  if (kind === 'postgres') {
    return 'From now on every gateway and command needs its address: OPENCLAW_STORE_URL, or store.urlFile in pairing.json5.'
  }
  const without = 'without OPENCLAW_STORE_URL and store.url'
  if (isOwn) return `From now on gateway and commands run ${without}.`
  return `From now on gateway and commands run ${without}, and with OPENCLAW_STATE_DIR=${safe(where)}.`
}
