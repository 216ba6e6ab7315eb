import {
  type AgentAnswer,
  type ChatCommands,
  type ChatReply,
  type CommandAttempt,
  type GatedMessage,
  type GateOutcome,
  type InboundDm,
  OpenClawError,
  type SendOutcome,
  type SentMessage,
} from '@openclaw/pairing-contracts'
import { describe, expect, it } from 'vitest'
import {
  type IntakeComponents,
  intake,
  memoryWorkLog,
  type WorkLog,
  type WorkStage,
} from '../src/index.ts'

const inbound = (messageKey = '1'): InboundDm =>
  ({
    kind: 'dm',
    channel: 'telegram',
    account: 'default',
    senderId: '100001',
    aliases: [],
    replyTo: '100001',
    messageKey,
    sentAt: 0,
    meta: {},
    text: 'hello',
  }) as unknown as InboundDm

const deliver = (message: InboundDm): GateOutcome => ({
  outcome: 'deliver',
  message: message as GatedMessage,
  grant: { via: 'store' },
  reason: 'approved',
})

interface Setup {
  readonly gate?: (message: InboundDm) => GateOutcome
  readonly answer?: AgentAnswer
  readonly idempotent?: boolean
  readonly sendOutcome?: SendOutcome
  readonly unfinished?: WorkStage
  readonly diskFull?: boolean
  /** Nothing can be noted, for this. */
  readonly noting?: Error
  readonly commands?: ChatCommands
}

function workOf(work: WorkLog, { diskFull, noting }: Setup): WorkLog {
  const error = diskFull ? new Error('ENOSPC: no space left on device') : noting
  if (error === undefined) return work
  const no = () => Promise.reject(error)
  return { ...work, begin: no, mark: no }
}

function setUp(setup: Setup) {
  const sent: string[] = []
  const delivered: string[] = []
  const events: string[] = []
  const work = memoryWorkLog(100)
  if (setup.unfinished) void work.mark('telegram/default/1', setup.unfinished)
  const components: IntakeComponents = {
    gate: async (message) => (setup.gate ?? deliver)(message as InboundDm),
    agent: {
      idempotent: setup.idempotent ?? false,
      deliver: async ({ idempotencyKey }) => {
        delivered.push(idempotencyKey)
        return setup.answer ?? { outcome: 'answered', text: 'you said hello' }
      },
    },
    send: async ({ text }) => {
      sent.push(text)
      return setup.sendOutcome ?? { outcome: 'sent' }
    },
    commands: setup.commands,
    work: workOf(work, setup),
    log: (_level, event) => events.push(event),
    observe: () => {},
    signal: new AbortController().signal,
  }
  return { host: intake(components), sent, delivered, events }
}

describe('an approved message', () => {
  it('goes to the agent and its answer goes back', async () => {
    const { host, sent, delivered } = setUp({})
    await host.onMessage(inbound())
    expect(delivered).toEqual(['telegram/default/1'])
    expect(sent).toEqual(['you said hello'])
  })

  it('is not handled again when the platform delivers it again after a restart', async () => {
    const { host, sent, delivered } = setUp({ unfinished: 'done' })
    await host.onMessage(inbound())
    expect([...delivered, ...sent]).toEqual([])
  })

  it('goes again to an agent that knows repeated keys when the stop came while it was there', async () => {
    const { host, delivered } = setUp({ unfinished: 'delivering', idempotent: true })
    await host.onMessage(inbound())
    expect(delivered).toEqual(['telegram/default/1'])
  })

  it.each<WorkStage>(['delivering', 'replying'])(
    'that was cut off while %s is not repeated, says so once, and is then done',
    async (stage) => {
      const { host, sent, delivered, events } = setUp({ unfinished: stage })
      await host.onMessage(inbound())
      await host.onMessage(inbound())
      expect([...delivered, ...sent]).toEqual([])
      expect(events.filter((event) => event === 'message-interrupted')).toHaveLength(1)
    },
  )

  it('that the agent did not take leaves a log line', async () => {
    const { host, sent, events } = setUp({ answer: { outcome: 'failed', reason: 'HTTP 500' } })
    await host.onMessage(inbound())
    expect(sent).toEqual([])
    expect(events).toContain('message-lost')
  })

  it('whose answer could not be sent leaves a log line', async () => {
    const { host, events } = setUp({ sendOutcome: { outcome: 'refused', reason: 'blocked' } })
    await host.onMessage(inbound())
    expect(events).toContain('answer-not-sent')
  })

  it('is answered on a full disk too, with a log line', async () => {
    const { host, sent, events } = setUp({ diskFull: true })
    await host.onMessage(inbound())
    expect(sent).toEqual(['you said hello'])
    expect(events).toContain('work-log-not-written')
  })
})

class Away extends OpenClawError {
  override readonly name = 'Away'
  override readonly code = 'ERR_STORE_UNREACHABLE'
  constructor() {
    super('the database cannot be reached')
  }
}

it('offers a message again when the log that gateways share cannot be reached', async () => {
  const { host, delivered } = setUp({ noting: new Away() })
  await expect(host.onMessage(inbound())).rejects.toThrow(Away)
  expect(delivered).toEqual([])
})

describe('a stranger', () => {
  const challenge = (): GateOutcome => ({
    outcome: 'challenge',
    requestId: 'req-000000000001',
    reply: { to: '100001', text: 'Pairing code: ABCD2345', copyable: 'ABCD2345' },
    reason: 'new',
  })

  it('gets the code and never reaches the agent', async () => {
    const { host, sent, delivered } = setUp({ gate: challenge })
    await host.onMessage(inbound())
    expect(sent).toEqual(['Pairing code: ABCD2345'])
    expect(delivered).toEqual([])
  })

  it('who cannot be answered leaves a log line, and the request stays', async () => {
    const { host, events } = setUp({
      gate: challenge,
      sendOutcome: { outcome: 'failed', reason: 'HTTP 502' },
    })
    await host.onMessage(inbound())
    expect(events).toContain('pairing-reply-not-sent')
  })

  it.each<GateOutcome>([
    { outcome: 'pending', requestId: 'req-000000000001', reason: '' },
    { outcome: 'full', reason: '' },
    { outcome: 'ignored', because: 'blocked', reason: '' },
  ])('hears nothing when the gate says $outcome', async (outcome) => {
    const { host, sent, delivered } = setUp({ gate: () => outcome })
    await host.onMessage(inbound())
    expect([...sent, ...delivered]).toEqual([])
  })
})

it('offers the message again when the gate cannot vouch for an answer', async () => {
  const { host } = setUp({
    gate: () => {
      throw Object.assign(new Error('the journal cannot be read'), { code: 'ERR_STORE_UNREADABLE' })
    },
  })
  await expect(host.onMessage(inbound())).rejects.toMatchObject({ code: 'ERR_STORE_UNREADABLE' })
})

describe('a command', () => {
  function commanding(replies: readonly ChatReply[] | Error | undefined) {
    const asked: (CommandAttempt | undefined)[] = []
    const commands: ChatCommands = {
      answerInGroup: () => undefined,
      hintsFor: () => [],
      answer: async (_message, attempt) => {
        asked.push(attempt)
        if (replies instanceof Error) throw replies
        return replies
      },
    }
    return { asked, commands }
  }
  const two = [{ text: 'first', copyable: 'first' }, { text: 'second' }]

  it('is answered in order, and the agent never hears of it', async () => {
    const { commands, asked } = commanding(two)
    const { host, sent, delivered } = setUp({ commands })
    await host.onMessage(inbound())
    expect(sent).toEqual(['first', 'second'])
    expect(delivered).toEqual([])
    expect(asked).toEqual(['first'])
  })

  it('is asked for only after the gate', async () => {
    const { commands, asked } = commanding(two)
    const gate = (): GateOutcome => ({ outcome: 'pending', requestId: 'req-1', reason: '' })
    const { host, sent } = setUp({ commands, gate })
    await host.onMessage(inbound())
    expect([...asked, ...sent]).toEqual([])
  })

  it('that is none goes to the agent', async () => {
    const { commands } = commanding(undefined)
    const { host, sent } = setUp({ commands })
    await host.onMessage(inbound())
    expect(sent).toEqual(['you said hello'])
  })

  it('is carried out once, however often it is delivered, also at the same time', async () => {
    const { commands, asked } = commanding(two)
    const { host, sent } = setUp({ commands })
    await Promise.all([host.onMessage(inbound()), host.onMessage(inbound())])
    await host.onMessage(inbound())
    expect(asked).toEqual(['first'])
    expect(sent).toEqual(['first', 'second'])
  })

  it.each<WorkStage>(['delivering', 'replying'])(
    'that was cut off while %s is asked for as such, once',
    async (unfinished) => {
      const { commands, asked } = commanding(two)
      const { host, delivered } = setUp({ commands, unfinished, idempotent: true })
      await host.onMessage(inbound())
      await host.onMessage(inbound())
      expect(asked).toEqual(['interrupted'])
      expect(delivered).toEqual([])
    },
  )

  it('that fails says so to its writer, and why in the log, without its text', async () => {
    const { commands } = commanding(new Error('no space left'))
    const { host, sent, delivered, events } = setUp({ commands })
    await host.onMessage(inbound())
    expect(sent.join()).toContain('could not be done')
    expect(delivered).toEqual([])
    expect(events).toContain('command-failed')
  })

  it.each([
    ['sent', 'sent', 2, 2],
    ['unknown', 'unknown', 2, 0],
    ['failed', 'failed', 2, 0],
    ['refused for good', 'refused', 1, 0],
  ] as const)('whose answer is %s is noted as such', async (_, outcome, tried, noted) => {
    const told: string[] = []
    const onSent = async ({ sentAt }: SentMessage) => void told.push(`sent ${String(sentAt)}`)
    const { commands } = commanding(two.map((reply) => ({ ...reply, onSent })))
    const { host, sent } = setUp({
      commands,
      sendOutcome: { outcome, reason: '', sentAt: 1_000 } as SendOutcome,
    })
    await host.onMessage(inbound())
    expect(sent).toHaveLength(tried)
    expect(told).toEqual(Array.from({ length: noted }, () => 'sent 1000'))
  })

  it('whose note cannot be written is answered all the same', async () => {
    const onSent = () => Promise.reject(new Error('ENOSPC'))
    const { commands } = commanding(two.map((reply) => ({ ...reply, onSent })))
    const { host, sent, events } = setUp({ commands })
    await host.onMessage(inbound())
    expect(sent).toEqual(['first', 'second'])
    expect(events).toContain('answer-not-noted')
  })
})
