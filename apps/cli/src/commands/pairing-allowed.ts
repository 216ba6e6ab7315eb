import type { KnownSender } from '@openclaw/dm-pairing'
import type { ChannelAddress } from '@openclaw/pairing-contracts'
import { without } from '../args/mend.ts'
import type { Call, Command } from '../args/types.ts'
import { given, text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printAllowed } from '../people/allowed-page.ts'
import { channelNames, parseAccount, parseChannel } from '../people/places.ts'
import { senderJson } from '../people/request-json.ts'
import { granted, type Session, withSession } from '../people/session.ts'

/** `pairing allowed`. */
export const command: Command = {
  usage: ['pairing allowed [channel] [--account <id>] [--blocked | --revoked]'],
  about:
    'Shows who may write: by approval, by the configuration, as an owner; since when, until when and by whom. Changes nothing.',
  options: {
    account: { type: 'string', value: '<id>', summary: 'only this account of the channel' },
    blocked: { type: 'boolean', summary: 'who is blocked instead' },
    revoked: { type: 'boolean', summary: 'whose approval was taken back instead' },
  },
  words: { min: 0, max: 1 },
  complete: ['channel'],
  examples: [
    { line: 'pairing allowed', what: 'everybody who may write' },
    { line: 'pairing allowed telegram --blocked', what: 'who is blocked there' },
  ],
  run: (call) => withSession(call, 'read', (session) => allowed(call, session)),
}

async function allowed(call: Call, session: Session): Promise<ExitCode> {
  const [typed] = call.words
  const channel = typed === undefined ? undefined : await parseChannel(session, typed)
  const account = parseAccount(text(call, 'account'))
  const filter: Partial<ChannelAddress> = {
    ...(channel === undefined ? {} : { channel }),
    ...(account === undefined ? {} : { account }),
  }
  const state = stateOf(call)
  const senders = granted(await session.people.allowed(session.actor, filter, state))
  if (!call.json) printAllowed(call, { senders, state, channel })
  else if (channel !== undefined) call.screen.json(channelOf(channel, senders))
  else call.screen.json({ channels: await everyChannel(session, senders) })
  return EXIT.done
}

function stateOf(call: Call): KnownSender['state'] {
  const blocked = given(call, 'blocked')
  if (blocked && given(call, 'revoked')) {
    throw new UsageError('--blocked and --revoked exclude each other', {
      hint: 'ask twice',
      mend: without('--revoked'),
    })
  }
  if (blocked) return 'blocked'
  return given(call, 'revoked') ? 'revoked' : 'allowed'
}

async function everyChannel(session: Session, senders: readonly KnownSender[]) {
  const names = await channelNames(session)
  return names
    .filter((name) => senders.some(({ channel }) => channel === name))
    .map((name) => channelOf(name, senders))
}

function channelOf(channel: string, senders: readonly KnownSender[]) {
  return {
    channel,
    allowed: senders.filter((sender) => sender.channel === channel).map(senderJson),
  }
}
