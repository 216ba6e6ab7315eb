import type { AwayMark } from '@openclaw/credential-store/transfer'
import type { Call, Command } from '../args/types.ts'
import { NotFoundError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withProgram } from '../hints.ts'
import { safe } from '../output/safe.ts'
import { absolute, iso } from '../output/time.ts'
import { agree, refusing } from '../store/consent.ts'
import { type OpenPlace, openPlace } from '../store/open-place.ts'
import { placeWords, printEnds } from '../store/pages.ts'
import { placeJson, withPlaces } from '../store/parts.ts'
import { PLACE_WORDS, placeOf } from '../store/place.ts'

/** `store reopen`. */
export const command: Command = {
  usage: ['store reopen [--from <place>] [--yes]'],
  about: `Uses a store again that was moved away, as it was at that time: for when the place it was moved to is lost. What was decided there is not here: whoever was revoked since is let in again. Where that place still is, move the store back instead (openclaw store migrate): then nothing is lost. --from is ${PLACE_WORDS}.`,
  options: {
    from: { type: 'string', value: '<place>', summary: 'the store; unless given that in use here' },
    yes: { type: 'boolean', summary: 'do not ask' },
  },
  words: { min: 0, max: 0 },
  examples: [{ line: 'store reopen', what: 'the database is lost, and there is no backup of it' }],
  run: (call) => refusing(() => reopen(call)),
}

async function reopen(call: Call): Promise<ExitCode> {
  const from = await openPlace(call, await placeOf(call, 'from'))
  return withPlaces([from], () => takeMarkAway(call, from))
}

async function takeMarkAway(call: Call, from: OpenPlace): Promise<ExitCode> {
  const { mark } = await from.look()
  if (mark?.kind !== 'away') {
    throw new NotFoundError(`the store in ${safe(from.where)} was not moved away`, {
      hint: 'openclaw store reopen --help',
      detail: { reason: 'not-moved' },
    })
  }
  await agree(call, {
    question: 'Use it again as it was then?',
    show: (page) => {
      printEnds(page, [
        ['Store', placeWords(from)],
        ['Moved to', `${safe(mark.to)}, at ${absolute(mark.at)}`],
      ])
      page.prose(
        'What was decided there since is not here: whoever was revoked or blocked since is let in again, and devices that were paired since are not. Both stores must never be in use.',
      )
      page.line()
    },
    hint: 'the same line with --yes; or back with everything: openclaw store migrate --from <that place> --to <this one>',
    detail: markJson(from, mark),
  })
  await from.reopen()
  const { out } = call.screen
  if (call.json) call.screen.json({ outcome: 'reopened', ...markJson(from, mark) })
  else {
    out.line(
      `${out.style.green(`${placeWords(from)} is in use again`)}, as of ${absolute(mark.at)}.`,
    )
    const look = 'Look through who may come in: openclaw pairing allowed; openclaw devices list'
    out.prose(withProgram(look, call.program))
  }
  return EXIT.done
}

function markJson(from: OpenPlace, { to, at }: AwayMark) {
  return { store: placeJson(from), movedTo: to, movedAt: iso(at) }
}
