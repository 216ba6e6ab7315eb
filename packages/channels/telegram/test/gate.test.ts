import type { EpochMs, Gate, GatedMessage, GateOutcome, Inbound } from '@openclaw/pairing-contracts'
import { Bot } from 'grammy'
import { afterEach, describe, expect, it } from 'vitest'
import { telegramGate } from '../src/index.ts'
import { closeAll, emulate, until } from './bench.ts'

const [OWNER, STRANGER] = [300_001, 300_002]
const CODE = 'ABCD2345'

let stopBot = async (): Promise<void> => {}
afterEach(async () => {
  await stopBot()
  await closeAll()
})

/** Lets the owner in, challenges everyone else once. */
function gateOf(seen: Inbound[]): Gate {
  const asked = new Set<string>()
  return async (inbound): Promise<GateOutcome> => {
    seen.push(inbound)
    if (inbound.kind !== 'dm') return { outcome: 'ignored', because: 'not-a-dm', reason: 'no dm' }
    if (inbound.senderId === String(OWNER)) {
      const grant = { via: 'store', since: 0 as EpochMs } as const
      return { outcome: 'deliver', message: inbound as GatedMessage, grant, reason: 'approved' }
    }
    if (asked.has(inbound.senderId))
      return { outcome: 'pending', requestId: 'req-1', reason: 'asked' }
    asked.add(inbound.senderId)
    const reply = { to: inbound.replyTo, text: `👋 Code: ${CODE}`, copyable: CODE }
    return { outcome: 'challenge', requestId: 'req-1', reply, reason: 'new' }
  }
}

async function botWith(gate: Gate) {
  const emulator = await emulate()
  const bot = new Bot(emulator.token, { client: { apiRoot: emulator.url } })
  const [delivered, caught]: [string[], unknown[]] = [[], []]
  bot.use(telegramGate(gate))
  bot.on('message', (ctx) => void delivered.push(ctx.message.text ?? ''))
  bot.catch(({ error }) => void caught.push(error))
  const running = bot.start()
  stopBot = async () => {
    await bot.stop()
    await running
  }
  await until(emulator.polled, 'the bot')
  return { emulator, delivered, caught }
}

describe('telegramGate in a grammY bot', () => {
  it('hands on messages of approved people alone, and answers a stranger once', async () => {
    const seen: Inbound[] = []
    const { emulator, delivered } = await botWith(gateOf(seen))
    for (const text of ['first', 'second']) emulator.message(STRANGER, text)
    const written = emulator.message(OWNER, 'mine')
    emulator.group(-100_5, OWNER, 'in a group')
    emulator.edit(written, 'changed')
    emulator.message(OWNER, 'last')
    await until(() => delivered.includes('last'), 'the last message')
    expect(delivered).toEqual(['mine', 'last'])
    expect(seen.map(({ kind }) => kind)).toEqual(['dm', 'dm', 'dm', 'group', 'ignore', 'dm'])
    expect(emulator.sent).toMatchObject([
      { chatId: STRANGER, text: `👋 Code: ${CODE}`, linkPreviewDisabled: true },
    ])
    expect(emulator.sent[0]?.entities).toEqual([{ type: 'code', offset: 9, length: 8 }])
  })

  it('delivers nothing when the gate cannot answer, and tells bot.catch', async () => {
    const broken = new Error('the store is damaged')
    const { emulator, delivered, caught } = await botWith(() => Promise.reject(broken))
    emulator.message(OWNER, 'mine')
    await until(() => caught.length === 1, 'the error')
    expect(caught).toEqual([broken])
    expect(delivered).toEqual([])
    expect(emulator.sent).toEqual([])
  })

  it('says nothing where the account answers nobody', async () => {
    const silent: Gate = async (inbound) =>
      inbound.kind === 'dm'
        ? { outcome: 'challenge', requestId: 'req-1', reply: undefined, reason: 'silent' }
        : { outcome: 'ignored', because: 'not-a-dm', reason: 'no dm' }
    const { emulator, delivered } = await botWith(silent)
    emulator.message(STRANGER, 'hello')
    await until(() => emulator.pending().length === 0, 'the message to be taken')
    expect(delivered).toEqual([])
    expect(emulator.sent).toEqual([])
  })

  it('asks for the account that it was told', async () => {
    const accounts: string[] = []
    const gate: Gate = async (inbound) => {
      if (inbound.kind !== 'ignore') accounts.push(inbound.account)
      return { outcome: 'full', reason: 'full' }
    }
    const context = { update: { message: {} }, reply: () => Promise.resolve() }
    await telegramGate(gate, { account: 'work' })(
      { ...context, update: { message: { chat: { id: -5, type: 'group' } } } },
      () => Promise.reject(new Error('not delivered')),
    )
    expect(accounts).toEqual(['work'])
  })
})
