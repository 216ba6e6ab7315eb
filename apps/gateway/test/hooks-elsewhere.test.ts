import type {
  AccountId,
  ChannelName,
  ReplicaId,
  WebhookAnswer,
  WebhookRequest,
} from '@openclaw/pairing-contracts'
import { type MemoryReplica, memoryReplicas } from '@openclaw/pairing-testing'
import { describe, expect, it, vi } from 'vitest'
import { forwardHooks } from '../src/http/hooks/forward.ts'
import type { Hook } from '../src/http/hooks/hook.ts'

const SLACK = { channel: 'slack' as ChannelName, account: 'default' as AccountId }

const request = (body: Uint8Array = new Uint8Array([0, 255, 10])): WebhookRequest => ({
  method: 'POST',
  query: 'a=b&c',
  headers: { 'x-slack-signature': 'v0=abc', 'content-type': 'application/json' },
  body,
})

function hook(answer: Hook['answer']): Hook {
  return { ...SLACK, path: '/slack/events', answer, answerHere: answer, isRunning: () => true }
}

/** Two gateways; whoever `holder` says has the account. */
function both(holder: () => ReplicaId | undefined) {
  const network = memoryReplicas()
  const leases = {
    holderOf: async () => {
      const replica = holder()
      return replica && { replica, epoch: 1 }
    },
  }
  const gateway = (replicas: MemoryReplica) => ({ replicas, ...forwardHooks({ leases, replicas }) })
  return { network, here: gateway(network.open()), there: gateway(network.open()) }
}

function pair() {
  const state: { holder: ReplicaId | undefined } = { holder: undefined }
  const { network, here, there } = both(() => state.holder)
  state.holder = there.replicas.id
  return { network, here, there, state }
}

describe('a call of a platform at a gateway that does not have the account', () => {
  it('is answered by the one that has it, with every byte of it', async () => {
    const { here, there } = pair()
    const asked: WebhookRequest[] = []
    const answer: Hook['answer'] = async (each) => {
      asked.push(each)
      return { status: 200, body: 'challenge' }
    }
    there.serve([hook(answer)])
    expect(await here.forward(SLACK, request())).toEqual({ status: 200, body: 'challenge' })
    expect(asked).toEqual([{ ...request(), body: Buffer.from([0, 255, 10]) }])
  })

  it('is refused as it is there: a wrong signature counts where it came in', async () => {
    const { here, there } = pair()
    there.serve([hook(async () => ({ status: 401 }))])
    expect(await here.forward(SLACK, request())).toEqual({ status: 401 })
  })

  it('goes nowhere without a holder, or with one that is gone, that fails, or that does not have it after all', async () => {
    const { here, there, state, network } = pair()
    expect(await here.forward(SLACK, request())).toBe('nowhere')
    const given: { answer: Hook['answer'] } = { answer: async () => 'nowhere' }
    there.serve([hook((each) => given.answer(each))])
    expect(await here.forward(SLACK, request())).toBe('nowhere')
    given.answer = () => Promise.reject(new Error('not to be told'))
    expect(await here.forward(SLACK, request())).toBe('nowhere')
    given.answer = async () => ({ status: 99 })
    expect(await here.forward(SLACK, request())).toBe('nowhere')
    state.holder = undefined
    expect(await here.forward(SLACK, request())).toBe('nowhere')
    state.holder = here.replicas.id
    expect(await here.forward(SLACK, request())).toBe('nowhere')
    state.holder = there.replicas.id
    network.kill(there.replicas.id)
    expect(await here.forward(SLACK, request())).toBe('nowhere')
  })

  it('is handed over once only: who is handed one answers by its own connection', async () => {
    const { here, there } = pair()
    const answerHere = vi.fn(async () => 'nowhere' as const)
    const answer = vi.fn(async (): Promise<WebhookAnswer> => ({ status: 200 }))
    there.serve([{ ...hook(answer), answerHere }])
    expect(await here.forward(SLACK, request())).toBe('nowhere')
    expect(answerHere).toHaveBeenCalledTimes(1)
    expect(answer).not.toHaveBeenCalled()
  })

  it('finds no place while many are under way, and one again after them', async () => {
    const { here, there } = pair()
    const waiting: (() => void)[] = []
    const late: Hook['answer'] = () =>
      new Promise((resolve) => waiting.push(() => resolve({ status: 200 })))
    const accounts = ['default', 'second', 'third'].map((account) => ({
      ...SLACK,
      account: account as AccountId,
    }))
    const [first, second, third] = accounts as [typeof SLACK, typeof SLACK, typeof SLACK]
    there.serve(accounts.map((address) => ({ ...hook(late), ...address })))
    const callsOf = (address: typeof SLACK, count: number, body?: Uint8Array) =>
      Array.from({ length: count }, () => here.forward(address, request(body)))
    // one that is flooded keeps out itself alone
    const many = callsOf(first, 16)
    expect(await here.forward(first, request())).toBe('nowhere')
    many.push(...callsOf(second, 16))
    expect(await here.forward(third, request())).toBe('nowhere')
    await vi.waitFor(() => expect(waiting).toHaveLength(32), { timeout: 20_000 })
    for (const answer of waiting) answer()
    expect((await Promise.all(many)).every((each) => each !== 'nowhere')).toBe(true)
    const mib = new Uint8Array(1024 * 1024)
    const large = callsOf(first, 3, mib)
    expect(await large[2]).toBe('nowhere')
    large.push(...callsOf(second, 2, mib))
    expect(await here.forward(third, request())).toBe('nowhere')
    await vi.waitFor(() => expect(waiting).toHaveLength(36), { timeout: 20_000 })
    for (const answer of waiting) answer()
    await Promise.all(large)
    const after = callsOf(first, 1, mib)
    await vi.waitFor(() => expect(waiting).toHaveLength(37), { timeout: 20_000 })
    waiting.at(-1)?.()
    expect(await after[0]).toEqual({ status: 200 })
  })

  it.each([
    ['nothing', null],
    ['an unknown method', { ...SLACK, method: 'PUT', query: '', headers: {}, body: '' }],
    ['no body', { ...SLACK, method: 'POST', query: '', headers: {} }],
    [
      'too long a body',
      { ...SLACK, method: 'POST', query: '', headers: {}, body: 'A'.repeat(1_500_000) },
    ],
  ])('is not taken from another version that says it otherwise: %s', async (_, body) => {
    const { here, there } = pair()
    const answer = vi.fn(async () => ({ status: 200 }))
    there.serve([hook(answer)])
    const given = await here.replicas.ask(there.replicas.id, 'hook', body, 1_000)
    expect(given).toEqual({ status: 'nowhere' })
    expect(answer).not.toHaveBeenCalled()
  })
})
