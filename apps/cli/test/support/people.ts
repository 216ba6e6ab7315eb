import { openPairing } from '@openclaw/pairing/node'
import type {
  AccountId,
  ChannelName,
  EpochMs,
  GateOutcome,
  InboundDm,
  SenderId,
} from '@openclaw/pairing-contracts'
import type { Home } from './cli.ts'

/** Somebody who writes. */
export interface Writer {
  readonly channel?: string
  readonly account?: string
  readonly id: string
  readonly meta?: Readonly<Record<string, string>>
}

let order = 0

/** A message as a channel's adapter makes one. */
export function message({
  channel = 'telegram',
  account = 'default',
  id,
  meta = {},
}: Writer): InboundDm {
  order += 1
  return {
    kind: 'dm',
    channel: channel as ChannelName,
    account: account as AccountId,
    senderId: id as SenderId,
    aliases: [],
    replyTo: id,
    messageKey: `test-${String(process.pid)}-${String(order)}`,
    sentAt: Date.now() as EpochMs,
    meta,
    text: 'hello',
  }
}

/** Somebody writes to the bot, through the real gate and the real store of a home. */
export async function writes(home: Home, writer: Writer): Promise<GateOutcome> {
  const pairing = await openPairing({ env: home.env })
  try {
    return await pairing.gate(message(writer))
  } finally {
    await pairing.close()
  }
}

/** Somebody writes and asks by that; answers their code and the id of their request. */
export async function asks(
  home: Home,
  writer: Writer,
): Promise<{ readonly code: string; readonly requestId: string }> {
  const outcome = await writes(home, writer)
  if (outcome.outcome !== 'challenge' || outcome.reply?.copyable === undefined) {
    throw new Error(`no code was given: ${outcome.outcome}: ${outcome.reason}`)
  }
  return { code: outcome.reply.copyable, requestId: outcome.requestId }
}
