import type { KnownSender, SenderOutcome } from '@openclaw/dm-pairing'
import { DEFAULT_ACCOUNT, parseSenderId } from '@openclaw/pairing-config'
import type { SenderAddress, SenderId } from '@openclaw/pairing-contracts'
import type { Call, OptionSpec } from '../args/types.ts'
import { text } from '../args/values.ts'
import { NotFoundError, RefusedError, UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withProgram } from '../hints.ts'
import { safe } from '../output/safe.ts'
import { canAsk, confirm, questionPage } from './ask.ts'
import { type Fact, printFacts } from './facts.ts'
import { ownerWords } from './owners.ts'
import {
  accountsOf,
  idLabel,
  parseAccount,
  parseChannel,
  placeName,
  senderWords,
} from './places.ts'
import { senderJson } from './request-json.ts'
import { granted, refused, type Session, withSession } from './session.ts'
import { noteUnconnected } from './warnings.ts'
import { calledThemselves } from './who.ts'

/** What tells `allow`, `revoke`, `block` and `unblock` apart. */
export interface SenderVerb {
  readonly name: 'allow' | 'revoke' | 'block' | 'unblock'
  /** What it does, shown before it is asked for. */
  readonly consequence: string
  readonly done: string
  /** Said when it was so already. */
  readonly already: string
  readonly undo: 'allow' | 'revoke' | 'block' | 'unblock'
  readonly facts?: readonly Fact[]
  readonly act: (session: Session, sender: SenderAddress) => Promise<SenderOutcome>
}

/** The options of every sender verb. */
export const senderOptions: Readonly<Record<string, OptionSpec>> = {
  account: { type: 'string', value: '<id>', summary: 'the account, where several could be meant' },
  yes: { type: 'boolean', summary: 'do not ask' },
}

/** Shows whom it is about, asks on a terminal, does it, and says what became of it. */
export async function runSenderVerb(call: Call, verb: SenderVerb): Promise<ExitCode> {
  const { sender, facts } = await withSession(call, 'read', async (session) => {
    const sender = await parseSender(session, call)
    return { sender, facts: await senderFacts(session, sender) }
  })
  if (canAsk(call) && !(await agrees(call, verb, [...facts, ...(verb.facts ?? [])]))) {
    throw new RefusedError('ERR_CLI_ANSWERED_NO', 'Not done. Nothing changed.')
  }
  const outcome = await withSession(call, 'write', (session) => verb.act(session, sender))
  return settle(call, verb, { sender, outcome })
}

/** Reads `<channel> <senderId>`; without an account the only one it can be. */
export async function parseSender(session: Session, call: Call): Promise<SenderAddress> {
  const [typedChannel = '', typedId = ''] = call.words
  const channel = await parseChannel(session, typedChannel)
  const given = parseAccount(text(call, 'account'))
  const known = granted(await session.people.allowed(session.actor, { channel }))
  // Whoever got in under an older rule can still be named.
  const isKnown = known.some((sender) => isOf(sender, typedId))
  const senderId = isKnown ? (typedId as SenderId) : parseSenderId(channel, typedId)
  if (given !== undefined) return { channel, account: given, senderId }
  const places = [...(await accountsOf(session, channel)), ...known]
  const accounts = [...new Set(places.map(({ account }) => account))]
  const [only = DEFAULT_ACCOUNT, ...others] = accounts
  if (others.length === 0) return { channel, account: only, senderId }
  const holding = known.filter((sender) => isOf(sender, senderId))
  const [found, ...more] = holding
  if (found !== undefined && more.length === 0) return { channel, account: found.account, senderId }
  throw new UsageError(`${channel} has several accounts: ${accounts.join(', ')}`, {
    hint: `name the one you mean with --account, such as --account ${found?.account ?? only}`,
  })
}

/** True for the person's record of whichever id. */
function isOf({ senderId, aliases = [] }: KnownSender, typed: string): boolean {
  return senderId === typed || aliases.some((id) => id === typed)
}

async function senderFacts(session: Session, sender: SenderAddress): Promise<readonly Fact[]> {
  const { channel, account } = sender
  const known = granted(await session.people.allowed(session.actor, { channel, account }))
  const found = known.find((each) => isOf(each, sender.senderId))
  const others = [found?.senderId, ...(found?.aliases ?? [])].filter(
    (id) => id !== undefined && id !== sender.senderId,
  )
  const called = calledThemselves(found?.meta ?? {})
  return [
    ...(called === '' ? [] : ([['Who', called]] as const)),
    ['Id', `${idLabel(channel)} ${safe(sender.senderId)}`],
    ...(others.length === 0
      ? []
      : ([['Also', others.map((id) => safe(id ?? '')).join(', ')]] as const)),
    ['Where', placeName(sender)],
    ['Now', found === undefined ? 'not known here' : found.state],
  ]
}

async function agrees(call: Call, verb: SenderVerb, facts: readonly Fact[]): Promise<boolean> {
  const page = questionPage(call)
  if (page === undefined) return false
  printFacts(page, facts)
  page.line()
  page.prose(verb.consequence)
  page.line()
  return confirm(call, `${capital(verb.name)}?`)
}

function settle(
  call: Call,
  verb: SenderVerb,
  { sender, outcome }: { readonly sender: SenderAddress; readonly outcome: SenderOutcome },
): ExitCode {
  switch (outcome.outcome) {
    case 'denied':
      throw refused(outcome)
    case 'not-known':
      throw new NotFoundError(`sender ${sender.senderId} is not known on ${placeName(sender)}`, {
        hint: `openclaw pairing allowed ${sender.channel}`,
        detail: { reason: 'unknown' },
      })
    case 'in-configuration':
      throw inConfiguration(sender, outcome.where)
    case 'is-owner':
      throw isOwner(sender)
    case 'done':
      printDone(call, verb, outcome)
      if (verb.name === 'allow') noteUnconnected(call, sender.channel)
      return EXIT.done
  }
}

function isOwner(sender: SenderAddress): RefusedError {
  return new RefusedError(
    'ERR_CLI_IS_OWNER',
    `sender ${sender.senderId} is an owner, and an owner may write`,
    {
      hint: `openclaw owner remove ${ownerWords(sender)}; or: openclaw pairing block ${senderWords(sender)}`,
    },
  )
}

function inConfiguration(sender: SenderAddress, where: string): RefusedError {
  return new RefusedError(
    'ERR_CLI_IN_CONFIGURATION',
    `sender ${sender.senderId} stands in the configuration, which only you may edit`,
    {
      hint: `remove them from ${where}; or: openclaw pairing block ${senderWords(sender)}`,
      detail: { where },
    },
  )
}

function printDone(
  call: Call,
  verb: SenderVerb,
  { sender, changed, note }: Extract<SenderOutcome, { outcome: 'done' }>,
): void {
  const { out } = call.screen
  if (call.json) {
    call.screen.json({ outcome: 'done', changed, note: note ?? null, sender: senderJson(sender) })
    return
  }
  const subject = `${sender.channel} sender ${safe(sender.senderId)}`
  out.line(
    changed
      ? `${out.style.green(`${verb.done} ${subject}`)}.`
      : `Nothing to do: ${subject} ${verb.already}.`,
  )
  const others = (sender.aliases ?? []).map(safe).join(', ')
  if (others !== '') out.prose(`It holds for the same person’s other ids too: ${others}.`)
  if (note !== undefined) out.prose(`${capital(safe(withProgram(note, call.program)))}.`)
  if (changed)
    out.line(out.style.dim(`Undo: ${call.program} pairing ${verb.undo} ${senderWords(sender)}`))
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
