import { channelDefinition } from '@openclaw/pairing-config'
import type {
  AccountId,
  ChannelDefinition,
  EpochMs,
  InboundDm,
  SenderId,
} from '@openclaw/pairing-contracts'
import { fixedClock } from '@openclaw/pairing-testing'
import { expect, it } from 'vitest'
import { realDoor } from '../src/index.ts'

const account = 'default' as AccountId
const clock = fixedClock()
const options = { account, clock, connectedAt: () => clock.now() }
const signal = channelDefinition('signal' as ChannelDefinition['name'])
const from = (id: string): InboundDm => ({
  kind: 'dm',
  ...{ channel: signal.name, account, senderId: id as SenderId, aliases: [], meta: {} },
  ...{ replyTo: id, messageKey: id, sentAt: clock.now() as EpochMs, text: 'hello' },
})

it.each([
  ['written', true],
  ['unwritten', false],
] as const)(
  'answers a stranger on a personal account as the policy is: %s',
  async (policy, isTold) => {
    const door = await realDoor(signal)({ ...options, policy })
    const outcome = await door.gate(from('+15551234567'))
    expect(outcome).toMatchObject({ outcome: 'challenge' })
    expect(outcome.outcome === 'challenge' && outcome.reply !== undefined).toBe(isTold)
    const [request] = await door.waiting()
    await door.approve(request?.code ?? '')
    expect(await door.gate({ ...from('+15551234567'), messageKey: 'next' })).toMatchObject({
      outcome: 'deliver',
    })
  },
)

it('stands for no adapter that says otherwise of whose account it is', async () => {
  const open = realDoor({ ...signal, personal: false })
  await expect(open({ ...options, policy: 'written' })).rejects.toMatchObject({
    code: 'ERR_GATE_RIG',
  })
})
