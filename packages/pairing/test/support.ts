import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AccountId, Actor, ChannelName, InboundDm } from '@openclaw/pairing-contracts'
import { type NodePairing, type OpenOptions, openPairing } from '../src/node.ts'

export const root: Actor = { kind: 'root', user: 'owner' }
export const telegram = { channel: 'telegram' as ChannelName, account: 'default' as AccountId }

let key = 0

/** A direct message on Telegram, each with a key of its own. */
export function message(senderId: string, more: Partial<InboundDm> = {}): InboundDm {
  key += 1
  return {
    kind: 'dm',
    ...telegram,
    senderId: senderId as InboundDm['senderId'],
    aliases: [],
    replyTo: senderId,
    messageKey: String(key),
    sentAt: Date.now() as InboundDm['sentAt'],
    meta: { username: 'alice_t' },
    text: 'hello',
    ...more,
  }
}

export async function stateDir(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'pairing-')), 'state')
}

/** Opens a state directory of a machine that has nothing else. */
export function open(directory: string, options: OpenOptions = {}): Promise<NodePairing> {
  const env = { HOME: directory, OPENCLAW_STATE_DIR: directory, ...options.env }
  return openPairing({ ...options, env })
}

/** The code of the one who waits. */
export async function pendingCode(pairing: NodePairing): Promise<string> {
  const lists = await pairing.people.list(root, telegram)
  if (!Array.isArray(lists)) throw new Error('denied')
  const [request] = lists.flatMap(({ requests }) => requests)
  if (!request) throw new Error('nobody waits')
  return request.code
}
