import type { Owner } from '@openclaw/dm-pairing'
import type { Call, Command } from '../args/types.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { safe } from '../output/safe.ts'
import { table } from '../output/table.ts'
import { absolute } from '../output/time.ts'
import { ownerJson, ownerWords } from '../people/owners.ts'
import { parseChannel } from '../people/places.ts'
import { granted, type Session, withSession } from '../people/session.ts'
import { warn } from '../people/warnings.ts'
import { who } from '../people/who.ts'

/** `owner list`. */
export const command: Command = {
  usage: ['owner list [channel]'],
  about:
    'Shows who decides from a chat: those that you made owners here, and those of commands.ownerAllowFrom in the configuration. Changes nothing.',
  options: {},
  words: { min: 0, max: 1 },
  complete: ['channel'],
  examples: [{ line: 'owner list', what: 'everybody who decides' }],
  run: (call) => withSession(call, 'read', (session) => list(call, session)),
}

async function list(call: Call, session: Session): Promise<ExitCode> {
  warnEntries(call, session)
  const [typed] = call.words
  const channel = typed === undefined ? undefined : await parseChannel(session, typed)
  const all = granted(await session.people.owners(session.actor))
  const owners = all.filter((owner) => channel === undefined || owner.channel === channel)
  if (call.json) call.screen.json({ owners: owners.map(ownerJson) })
  else if (owners.length === 0) printNobody(call, channel)
  else printOwners(call, owners)
  return EXIT.done
}

/** Entries of the configuration that make nobody an owner; its errors are told with every command. */
function warnEntries(call: Call, { config }: Session): void {
  for (const { file, path, problem, fix, severity } of config().problems) {
    if (severity === 'warning' && path.startsWith(`${OWNERS_KEY}.`))
      warn(call, { problem: `${file}: ${path} ${problem}`, fix })
  }
}

const OWNERS_KEY = 'commands.ownerAllowFrom'

function printNobody({ screen: { out }, program }: Call, channel: string | undefined): void {
  out.line(`Nobody is an owner yet${channel === undefined ? '' : ` on ${channel}`}.`)
  out.prose(
    'An owner decides from a direct chat with the bot, and is told when somebody waits. The reply to a first message names the id.',
  )
  out.line(out.style.dim(`To make one: ${program} owner add ${channel ?? '<channel>'} <senderId>`))
}

function printOwners({ screen: { out }, program }: Call, owners: readonly Owner[]): void {
  const columns = [
    { title: 'Channel' },
    { title: 'Id' },
    { title: 'Who', flexible: true as const },
    { title: 'Since' },
    { title: 'By', flexible: true as const },
    { title: 'Blocked on' },
  ]
  const rows = owners.map((owner) => [
    owner.channel,
    safe(owner.senderId),
    who(owner.meta),
    owner.since === undefined ? '' : absolute(owner.since),
    owner.via === 'config' ? 'the configuration' : safe(owner.by ?? ''),
    owner.blockedOn.map(safe).join(', '),
  ])
  const used = columns.map((_, index) => rows.some((row) => row[index] !== ''))
  const shown = rows.map((row) => row.filter((_, index) => used[index]))
  const titles = columns.filter((_, index) => used[index])
  out.lines(table(titles, shown, { style: out.style, width: out.width, indent: '' }))
  if (owners.some(({ blockedOn }) => blockedOn.length > 0))
    out.prose('Whoever is blocked on an account decides nothing, on any account.')
  const example = owners.find(({ via }) => via === 'store')
  if (example === undefined) return
  out.line()
  out.line(out.style.dim(`To remove one: ${program} owner remove ${ownerWords(example)}`))
}
