import type { PendingList } from '@openclaw/dm-pairing'
import type { ChannelAddress } from '@openclaw/pairing-contracts'
import type { Call, Command } from '../args/types.ts'
import { text } from '../args/values.ts'
import { UsageError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { parseAccount, parseChannel } from '../people/places.ts'
import { channelJson } from '../people/request-json.ts'
import { granted, type PeoplePage, withPeople } from '../people/session.ts'

/** `pairing list`. */
export const command: Command = {
  usage: ['pairing list [channel] [--account <id>]'],
  about:
    'Shows who asked to be let in, since when, how long their code still lives, and how many were turned away. Changes nothing.',
  options: {
    channel: { type: 'string', value: '<name>', summary: 'another way to name the channel' },
    account: { type: 'string', value: '<id>', summary: 'only this account of the channel' },
  },
  words: { min: 0, max: 1 },
  complete: ['channel'],
  examples: [
    { line: 'pairing list', what: 'everybody who waits, on all channels' },
    { line: 'pairing list telegram --account work', what: 'one account of one channel' },
    { line: 'pairing list telegram --json', what: 'for a script' },
  ],
  run: (call) => withPeople(call, (page) => list(call, page)),
}

async function list(call: Call, session: PeoplePage): Promise<ExitCode> {
  const { lists, channel } = await fetchLists(call, session)
  if (!call.json) {
    const { printLists } = await import('../people/list-page.ts')
    printLists({ call, session, channel }, lists)
    return EXIT.done
  }
  if (channel !== undefined) call.screen.json(channelJson(channel, lists))
  else call.screen.json({ channels: byChannel(lists) })
  return EXIT.done
}

async function fetchLists(
  call: Call,
  session: PeoplePage,
): Promise<{ readonly lists: readonly PendingList[]; readonly channel: string | undefined }> {
  const named = call.words[0] ?? text(call, 'channel')
  const account = parseAccount(text(call, 'account'))
  if (named === undefined && account !== undefined) {
    throw new UsageError('--account needs a channel', {
      hint: `openclaw pairing list telegram --account ${account}`,
    })
  }
  const channel = named === undefined ? undefined : await parseChannel(session, named)
  const filter: Partial<ChannelAddress> = {
    ...(channel === undefined ? {} : { channel }),
    ...(account === undefined ? {} : { account }),
  }
  return { lists: granted(await session.people.list(session.actor, filter)), channel }
}

function byChannel(lists: readonly PendingList[]) {
  const names = [...new Set(lists.map(({ channel }) => channel))]
  return names.map((name) =>
    channelJson(
      name,
      lists.filter(({ channel }) => channel === name),
    ),
  )
}
