import type { Owner, RemoveOwnerOutcome } from '@openclaw/dm-pairing'
import type { Call, Command } from '../args/types.ts'
import { NotFoundError, RefusedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { canAsk, confirm, questionPage } from '../people/ask.ts'
import { printFacts } from '../people/facts.ts'
import {
  allowedAs,
  type NamedOwner,
  ownerFacts,
  ownerJson,
  ownerTitle,
  ownerWords,
  readOwner,
} from '../people/owners.ts'
import { placeName, senderWords } from '../people/places.ts'
import { senderJson } from '../people/request-json.ts'
import { granted, refused, type Session, withSession } from '../people/session.ts'

/** `owner remove`. */
export const command: Command = {
  usage: ['owner remove <channel> <senderId> [--yes]'],
  about:
    'Ends what makes somebody an owner, at once, also for a running gateway: they decide nothing any more. Who was approved besides may still write, and pairing revoke ends that; anybody else is a stranger again. Owners of the configuration are removed there.',
  options: { yes: { type: 'boolean', summary: 'do not ask' } },
  words: { min: 2, max: 2 },
  complete: ['channel', 'owner'],
  examples: [{ line: 'owner remove telegram 123456789', what: 'they decide nothing any more' }],
  run: remove,
}

async function remove(call: Call): Promise<ExitCode> {
  const named = await withSession(call, 'read', (session) => readOwner(session, call))
  const { name, owner } = named
  if (owner === undefined) {
    throw new NotFoundError(`sender ${name.senderId} is no owner on ${name.channel}`, {
      hint: 'openclaw owner list',
      detail: { reason: 'unknown' },
    })
  }
  const changes = owner.since !== undefined
  if (changes && canAsk(call) && !(await agrees(call, named))) {
    throw new RefusedError('ERR_CLI_ANSWERED_NO', 'Not done. Nothing changed.')
  }
  return withSession(call, 'write', async (session) => {
    const outcome = await session.people.removeOwner(session.actor, name)
    if (outcome.outcome !== 'done') throw notRemoved(owner, outcome)
    await print(call, session, { owner, changed: outcome.changed })
    return EXIT.done
  })
}

async function agrees(call: Call, named: NamedOwner): Promise<boolean> {
  const page = questionPage(call)
  if (page === undefined) return false
  printFacts(page, ownerFacts(named))
  page.line()
  page.prose(
    'They decide nothing from their chat any more, from now on. Who was approved besides may still write.',
  )
  page.line()
  return confirm(call, 'Remove?')
}

function notRemoved(
  owner: Owner,
  outcome: Exclude<RemoveOwnerOutcome, { outcome: 'done' }>,
): RefusedError {
  if (outcome.outcome === 'denied') return refused(outcome)
  const { where } = outcome
  return new RefusedError(
    'ERR_CLI_IN_CONFIGURATION',
    `sender ${owner.senderId} is an owner by the configuration, which only you may edit`,
    { hint: `remove them from ${where}`, detail: { where } },
  )
}

interface Removed {
  readonly owner: Owner
  readonly changed: boolean
}

async function print(call: Call, session: Session, { owner, changed }: Removed): Promise<void> {
  const { out } = call.screen
  const left = await allowedAs(session, owner)
  if (call.json) {
    const allowed = left.map(senderJson)
    call.screen.json({ outcome: 'done', changed, owner: ownerJson(owner), allowed })
    return
  }
  out.line(`${out.style.yellow(`${ownerTitle(owner)} is no owner any more`)}.`)
  const [still] = left
  if (still === undefined) out.prose('A message of theirs is that of a stranger from now on.')
  else {
    const places = left.map(placeName).join(', ')
    out.prose(`They may still write on ${places}: that was decided besides.`)
    out.line(out.style.dim(`To end that: ${call.program} pairing revoke ${senderWords(still)}`))
  }
  const others = granted(await session.people.owners(session.actor))
  if (others.length === 0) out.prose('Nobody is an owner now: only this terminal decides.')
  out.line(out.style.dim(`Undo: ${call.program} owner add ${ownerWords(owner)}`))
}
