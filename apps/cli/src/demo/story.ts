import type { NodePairing } from '@openclaw/pairing/node'
import type { GateOutcome, OutboundText, SendOutcome } from '@openclaw/pairing-contracts'
import { FailedError } from '../errors.ts'
import { ADA, messageOf, PLACE } from './ada.ts'
import type { Stage } from './stage.ts'

/** What the story is played with; everything in it is real. */
export interface Cast {
  readonly pairing: NodePairing
  readonly stage: Stage
  /** Types a command of this very program, on the same state directory; rejects when it does not exit with 0. */
  readonly type: (args: readonly string[]) => Promise<void>
  readonly now: () => number
}

/** A stranger, the code, the approval, the delivered message, and a change of mind. */
export async function playStory(cast: Cast): Promise<void> {
  const { stage, pairing, type } = cast
  await stage.tell('Ada does not know you. She finds your bot on Telegram and writes to it.')
  const code = await strangerWrites(cast)
  await stage.tell('Her message went no further. You look who asks:')
  await type(['pairing', 'list'])
  await stage.tell('You know her. You let her in:')
  const told = heard(cast)
  pairing.announce(PLACE, told.send)
  await type(['pairing', 'approve', 'telegram', code, '--yes'])
  await stage.chat('Ada reads', await told.first)
  await stage.tell('Now the assistant hears her.')
  await friendWrites(cast)
  await stage.tell('One day you change your mind:')
  await type(['pairing', 'revoke', 'telegram', ADA, '--yes'])
  await formerFriendWrites(cast)
}

/** What is left when the gateway has stopped. */
export async function tellEnd({ stage, type }: Pick<Cast, 'stage' | 'type'>): Promise<void> {
  await stage.tell('Everything that was decided is in the journal, which vouches for itself:')
  await type(['audit'])
  await type(['audit', 'verify'])
}

async function strangerWrites({ stage, pairing, now }: Cast): Promise<string> {
  await stage.chat('Ada', 'Hello! Can you help me?')
  const outcome = await pairing.gate(messageOf('Hello! Can you help me?', 1, now()))
  if (outcome.outcome !== 'challenge' || outcome.reply?.copyable === undefined) {
    throw unexpected(outcome)
  }
  await stage.chat('Ada reads', outcome.reply.text)
  return outcome.reply.copyable
}

async function friendWrites({ stage, pairing, now }: Cast): Promise<void> {
  const text = 'What is the capital of France?'
  await stage.chat('Ada', text)
  const outcome = await pairing.gate(messageOf(text, 2, now()))
  if (outcome.outcome !== 'deliver') throw unexpected(outcome)
  await stage.chat('The assistant gets', outcome.message.text)
  await stage.chat('Ada reads', `You said: ${outcome.message.text}`)
}

async function formerFriendWrites({ stage, pairing, now }: Cast): Promise<void> {
  const text = 'And of Italy?'
  await stage.chat('Ada', text)
  const outcome = await pairing.gate(messageOf(text, 3, now()))
  if (outcome.outcome === 'deliver') throw unexpected(outcome)
  await stage.tell(
    'That was not delivered, from the very next message on. She is a stranger again.',
  )
}

const PATIENCE_MS = 10_000

/** What the gateway would send to Ada; the first text is the news of her approval. */
function heard({ now }: Cast): {
  readonly send: (message: OutboundText) => Promise<SendOutcome>
  readonly first: Promise<string>
} {
  let hear: (text: string) => void = () => {}
  const first = new Promise<string>((resolve, reject) => {
    const late = new FailedError('Ada was not told of her approval')
    const timer = setTimeout(reject, PATIENCE_MS, late)
    hear = (text) => {
      clearTimeout(timer)
      resolve(text)
    }
  })
  // Whoever stopped listening before then must not hear of it.
  first.catch(() => {})
  return {
    first,
    send: async ({ text }) => {
      hear(text)
      return { outcome: 'sent', messageId: String(now()) }
    },
  }
}

function unexpected({ outcome, reason }: GateOutcome): FailedError {
  return new FailedError(`the demo met something unexpected: ${outcome}: ${reason}`, {
    hint: 'openclaw doctor',
  })
}
