import { CHANNELS, parseChannelName } from '@openclaw/pairing-config'
import type { ChannelName } from '@openclaw/pairing-contracts'
import { type Route, route } from '../args/route.ts'
import type { Call, Command, WordKind } from '../args/types.ts'
import { deviceCandidates } from '../devices/candidates.ts'
import { safe } from '../output/safe.ts'
import { codeCandidates } from '../qr/codes.ts'
import { accountsOf } from './places.ts'
import { granted, type Session, withSession, withWaiting } from './session.ts'
import { who } from './who.ts'

/** Something that may be typed, and what it is. */
export interface Candidate {
  readonly value: string
  readonly what: string
}

const EVERYWHERE: readonly Candidate[] = [
  { value: '--json', what: 'print JSON' },
  { value: '--no-color', what: 'no colour' },
  { value: '--help', what: 'help' },
]
const AT_TOP: readonly Candidate[] = [
  { value: '--profile', what: 'another OpenClaw of this user' },
  { value: '--dev', what: 'profile dev' },
  { value: '--version', what: 'the version' },
]

/** What may stand where `typed` stands, after the words `before`. Never rejects: no answer is better than a broken shell. */
export async function candidates(
  call: Call,
  before: readonly string[],
  typed: string,
): Promise<readonly Candidate[]> {
  try {
    const way = route(call.tree, before)
    const command = await way.path.at(-1)?.load?.()
    const here = { ...call, profile: way.flags.profile }
    return [
      ...(typed.startsWith('-') || way.rest.length > 0 ? [] : subCommands(way)),
      ...(command === undefined
        ? flagsAt(way, typed)
        : await inCommand(here, { command, way }, typed)),
    ]
  } catch {
    return []
  }
}

function subCommands({ path }: Route): Candidate[] {
  return (path.at(-1)?.children ?? []).flatMap(({ name, summary, hidden }) =>
    hidden ? [] : [{ value: name, what: summary }],
  )
}

function flagsAt({ path }: Route, typed: string): readonly Candidate[] {
  if (!typed.startsWith('-')) return []
  return path.length === 1 ? [...AT_TOP, ...EVERYWHERE] : EVERYWHERE
}

interface Place {
  readonly command: Command
  readonly way: Route
}

async function inCommand(
  call: Call,
  { command, way }: Place,
  typed: string,
): Promise<readonly Candidate[]> {
  const { words, open } = readWords(command, way.rest)
  // Nobody is called elsewhere for a tab key; what is here would be wrong there.
  const isAfar = way.rest.some((part) => part === '--url' || part.startsWith('--url='))
  if (isAfar && (open === 'device' || (open === undefined && !typed.startsWith('-')))) return []
  if (open !== undefined) return optionValues(call, open, words[0])
  if (typed.startsWith('-')) return [...optionsOf(command), ...EVERYWHERE]
  const kind = command.complete?.[words.length]
  return kind === undefined ? [] : wordsOf(call, kind, words[0])
}

function optionsOf(command: Command): Candidate[] {
  return Object.entries(command.options).flatMap(([name, { summary, hidden }]) =>
    hidden ? [] : [{ value: `--${name}`, what: summary }],
  )
}

/** The words so far, and the option whose value comes next. */
function readWords(command: Command, rest: readonly string[]) {
  const words: string[] = []
  let open: string | undefined
  for (const part of rest) {
    const name = part.startsWith('--') ? part.slice(2) : undefined
    if (open !== undefined) open = undefined
    else if (name === undefined) words.push(part)
    else if ((command.options[name]?.type ?? 'boolean') !== 'boolean') open = name
  }
  return { words, open }
}

async function optionValues(
  call: Call,
  name: string,
  channel?: string,
): Promise<readonly Candidate[]> {
  if (name === 'channel') return wordsOf(call, 'channel', undefined)
  if (name === 'device') return deviceCandidates(call, 'device')
  if (name === 'withdraw') return codeCandidates(call)
  if (name === 'role')
    return [
      { value: 'node', what: 'offers commands' },
      { value: 'operator', what: 'uses the gateway' },
    ]
  if (name === 'expires')
    return [
      { value: '2h', what: 'two hours' },
      { value: '7d', what: 'a week' },
    ]
  if (name !== 'account') return []
  return withWaiting(call, 'read', async (session) =>
    (await accountsOf(session, named(channel))).map(({ account, channel }) => ({
      value: account,
      what: `account of ${channel}`,
    })),
  )
}

async function wordsOf(
  call: Call,
  kind: WordKind,
  channel: string | undefined,
): Promise<readonly Candidate[]> {
  if (kind === 'shell') return ['bash', 'zsh', 'fish'].map((value) => ({ value, what: 'shell' }))
  if (kind === 'command') return subCommands(route(call.tree, []))
  if (kind === 'device' || kind === 'device-request' || kind === 'node-request') {
    return deviceCandidates(call, kind)
  }
  if (kind === 'channel') return CHANNELS.map(({ name }) => ({ value: name, what: 'channel' }))
  if (kind === 'request') return withWaiting(call, 'read', (session) => requests(session, channel))
  return withSession(call, 'read', (session) => {
    return kind === 'owner' ? owners(session, channel) : senders(session, kind, channel)
  })
}

async function requests(session: Session, channel: string | undefined): Promise<Candidate[]> {
  const lists = granted(await session.people.list(session.actor, filterOf(channel)))
  return lists.flatMap(({ requests }) =>
    requests.map(({ code, meta, senderId }) => ({
      value: code,
      what: `${who(meta)} ${safe(senderId)}`,
    })),
  )
}

/** Those that a command can remove. */
async function owners(session: Session, channel: string | undefined): Promise<Candidate[]> {
  const found = granted(await session.people.owners(session.actor))
  return found
    .filter((owner) => owner.via === 'store' && owner.channel === named(channel))
    .map(({ senderId, meta }) => ({ value: safe(senderId), what: `${who(meta)} (an owner)` }))
}

async function senders(
  session: Session,
  kind: 'allowed' | 'blocked' | 'sender',
  channel: string | undefined,
): Promise<Candidate[]> {
  const state = kind === 'sender' ? undefined : kind
  const found = granted(await session.people.allowed(session.actor, filterOf(channel), state))
  return found.map(({ senderId, meta, state }) => ({
    value: safe(senderId),
    what: `${who(meta)} (${state})`,
  }))
}

function filterOf(channel: string | undefined): { readonly channel?: ChannelName } {
  const name = named(channel)
  return name === undefined ? {} : { channel: name }
}

function named(channel: string | undefined): ChannelName | undefined {
  return channel === undefined ? undefined : parseChannelName(channel)
}
