import type { AddOwnerOutcome, Owner } from '@openclaw/dm-pairing'
import { isConnectable } from '@openclaw/pairing-config'
import type { Call, Command } from '../args/types.ts'
import { RefusedError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { canAsk, confirm, questionPage } from '../people/ask.ts'
import { printFacts } from '../people/facts.ts'
import {
  isReached,
  isSetUp,
  type NamedOwner,
  ownerFacts,
  ownerJson,
  ownerTitle,
  ownerWords,
  readOwner,
} from '../people/owners.ts'
import { placeName, senderWords } from '../people/places.ts'
import { refused, withSession } from '../people/session.ts'
import { noteUnconnected } from '../people/warnings.ts'

/** `owner add`. */
export const command: Command = {
  usage: ['owner add <channel> <senderId> [--yes]'],
  about:
    'Makes somebody an owner: they may write on every account of the channel, decide about people and devices from a direct chat with the bot (/pair), and are told when somebody waits. Only this command, on this machine, makes one, besides commands.ownerAllowFrom in the configuration: nobody becomes an owner by being first or by being approved.',
  options: { yes: { type: 'boolean', summary: 'do not ask' } },
  words: { min: 2, max: 2 },
  complete: ['channel', 'sender'],
  examples: [
    { line: 'owner add telegram 123456789', what: 'you, on Telegram' },
    { line: 'owner add telegram 123456789 --yes', what: 'from a script' },
  ],
  run: add,
}

async function add(call: Call): Promise<ExitCode> {
  const named = await withSession(call, 'read', (session) => readOwner(session, call))
  if (named.owner === undefined && canAsk(call) && !(await agrees(call, named))) {
    throw new RefusedError('ERR_CLI_ANSWERED_NO', 'Not done. Nothing changed.')
  }
  return withSession(call, 'write', async (session) => {
    const outcome = await session.people.addOwner(session.actor, named.name)
    if (outcome.outcome !== 'done') throw notAdded(named, outcome)
    print(call, outcome, {
      isSetUp: isSetUp(session, named.name.channel),
      isReached: isReached(session, named),
    })
    return EXIT.done
  })
}

async function agrees(call: Call, named: NamedOwner): Promise<boolean> {
  const page = questionPage(call)
  if (page === undefined) return false
  printFacts(page, ownerFacts(named))
  page.line()
  page.prose(
    `They decide from their chat who else may use the assistant, people and devices, and may write on every account of ${named.name.channel}. Whoever holds that account can do the same.`,
  )
  page.line()
  return confirm(call, 'Make them an owner?')
}

function notAdded(
  { name }: NamedOwner,
  outcome: Exclude<AddOwnerOutcome, { outcome: 'done' }>,
): RefusedError {
  if (outcome.outcome === 'denied') return refused(outcome)
  const [where] = outcome.blockedOn
  const place = where === undefined ? name.channel : placeName(where)
  return new RefusedError(
    'ERR_CLI_SENDER_BLOCKED',
    `sender ${name.senderId} is blocked on ${place}, and a block outranks everything`,
    {
      hint: `openclaw pairing unblock ${where === undefined ? ownerWords(name) : senderWords({ ...where, senderId: name.senderId })}`,
      detail: { blockedOn: outcome.blockedOn.map((address) => ({ ...address })) },
    },
  )
}

/** What this terminal sees of the way to an owner. */
interface Seen {
  readonly isSetUp: boolean
  readonly isReached: boolean
}

function print(
  call: Call,
  { owner, changed, approvedOn }: Extract<AddOwnerOutcome, { outcome: 'done' }>,
  seen: Seen,
): void {
  const { out } = call.screen
  noteUnconnected(call, owner.channel)
  if (call.json) {
    call.screen.json({
      outcome: 'done',
      changed,
      owner: ownerJson(owner),
      approvedOn: [...approvedOn],
    })
    return
  }
  if (!changed) {
    const where = owner.via === 'config' ? ', by the configuration' : ''
    out.line(`Nothing to do: ${ownerTitle(owner)} is an owner already${where}.`)
    return
  }
  out.line(`${out.style.green(`${ownerTitle(owner)} is an owner now`)}.`)
  out.prose(
    `They may write on every account of ${owner.channel}, pair a device by writing /pair to the bot in a direct chat, and are told when somebody waits.`,
  )
  if (approvedOn.length > 0) out.prose('What they asked for is approved with it.')
  if (isConnectable(owner.channel)) printWay(call, owner, seen)
  out.line(out.style.dim(`Undo: ${call.program} owner remove ${ownerWords(owner)}`))
}

/** Whether the owner can be told anything yet. */
function printWay(
  { screen: { out } }: Call,
  { channel }: Owner,
  { isSetUp, isReached }: Seen,
): void {
  if (!isReached) out.prose('They have to write to the bot once before it can tell them.')
  if (isSetUp) return
  out.prose(
    `As seen from this terminal, no account of ${channel} is set up; a running gateway may have its token in its own environment.`,
  )
}
