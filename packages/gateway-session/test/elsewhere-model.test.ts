import type { Json } from '@openclaw/pairing-contracts'
import { pause, until } from '@openclaw/pairing-testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AUTH_FAILURES, AUTH_LOCK_MS, MAX_WATCHED_ADDRESSES } from '../src/index.ts'
import { type Company, company, type Member, met } from './support/company.ts'
import { connectParams, testDevice } from './support/device.ts'
import { codeOf, errorOf, SECRET, type Socket } from './support/gateway.ts'
import { again, node, operator, type Person } from './support/people.ts'

const GATEWAYS = 3
const RUNS = Number(process.env['OPENCLAW_GATEWAY_RUNS'] ?? 20)
const WITHIN_MS = 60_000 + RUNS * 2_000
const at = fc.nat({ max: GATEWAYS - 1 })

async function together(
  act: (shared: Company, all: readonly Member[]) => Promise<void>,
): Promise<void> {
  const shared = company()
  const all = Array.from({ length: GATEWAYS }, () => shared.join())
  try {
    await met(all)
    await act(shared, all)
  } finally {
    await shared.end()
  }
}

function memberAt(all: readonly Member[], index: number): Member {
  const member = all[index]
  if (member === undefined) throw new Error('no such gateway')
  return member
}

/** Nodes that answer whatever they are asked, wherever they are. */
function crew() {
  const people: Person[] = []
  const heard = new Map<Person, number>()
  const asked: string[] = []
  const work = async (): Promise<void> => {
    for (const { socket, device } of people) {
      const person = people.find((each) => each.socket === socket) as Person
      const requests = socket.events('node.invoke.request')
      for (const { payload } of requests.slice(heard.get(person) ?? 0)) {
        heard.set(person, (heard.get(person) ?? 0) + 1)
        const { id, idempotencyKey } = payload as {
          readonly id: string
          readonly idempotencyKey: string
        }
        asked.push(`${device.id} ${idempotencyKey}`)
        const said = { id, nodeId: device.id, ok: true, payloadJSON: JSON.stringify(id) }
        if (socket.closes.length === 0)
          socket.say({ type: 'req', id, method: 'node.invoke.result', params: said })
      }
    }
  }
  return { people, asked, work }
}

type Step =
  | { readonly kind: 'call'; readonly key: number; readonly at: number }
  | { readonly kind: 'move'; readonly at: number }
  | { readonly kind: 'rest' | 'work' }
  | { readonly kind: 'delay'; readonly ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('call' as const), key: fc.nat({ max: 3 }), at }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('move' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('rest' as const, 'work' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('delay' as const), ms: fc.nat({ max: 8 }) }),
  },
)

describe('whatever happens between gateways', () => {
  it(
    'each key of a caller is one call',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), (steps) =>
          together(async (shared, all) => {
            const scopes = ['operator.write', 'operator.read']
            const first = await operator(memberAt(all, 0), scopes)
            const callers: readonly Socket[] = [
              first.socket,
              ...(await Promise.all(
                all
                  .slice(1)
                  .map(
                    async (each) => (await again(each, first, { role: 'operator', scopes })).socket,
                  ),
              )),
            ]
            const nodes = crew()
            const runner = await node(memberAt(all, 0))
            nodes.people.push(runner)
            const answers: Promise<{ readonly key: number; readonly said: string }>[] = []
            const call = async (key: number, from: number) => {
              const given = {
                nodeId: runner.device.id,
                command: 'system.which',
                idempotencyKey: `k${String(key)}`,
                timeoutMs: 2_000,
              }
              const answer = await callers[from]?.call('node.invoke', given as Json)
              const said = answer?.ok === true ? JSON.stringify(answer.payload) : ''
              return { key, said }
            }
            for (const each of steps) {
              if (each.kind === 'call') answers.push(call(each.key, each.at))
              else if (each.kind === 'move')
                nodes.people.push(await again(memberAt(all, each.at), runner))
              else if (each.kind === 'delay') shared.network.delay(each.ms)
              else if (each.kind === 'rest') await pause(5)
              else await nodes.work()
            }
            let isOver = false
            const said = Promise.all(answers).finally(() => {
              isOver = true
            })
            await until(async () => {
              await nodes.work()
              return isOver
            }, 'all are answered')
            const told = (await said).filter((each) => each.said !== '')
            const distinct = new Set(told.map((each) => `${String(each.key)} ${each.said}`))
            expect(distinct.size).toBe(new Set(told.map(({ key }) => key)).size)
            expect(nodes.asked).toEqual([...new Set(nodes.asked)])
          }),
        ),
        { numRuns: RUNS },
      )
    },
    WITHIN_MS,
  )

  it(
    'a node has one connection in the end, and it is the newest that was made when the last was known',
    async () => {
      const move = fc.record({ at, wait: fc.boolean(), delay: fc.nat({ max: 6 }) })
      await fc.assert(
        fc.asyncProperty(fc.array(move, { minLength: 2, maxLength: 8 }), (moves) =>
          together(async (shared, all) => {
            const runner = await node(memberAt(all, 0))
            const made = [runner]
            const isSettled = () =>
              made.filter(({ socket }) => socket.closes.length === 0).length === 1
            let isLastNewest = true
            for (const { at: to, wait, delay } of moves) {
              shared.network.delay(delay)
              made.push(await again(memberAt(all, to), runner))
              isLastNewest = wait
              if (!wait) continue
              await until(isSettled, 'one is left')
              await pause(4 * delay + 10)
            }
            await until(isSettled, 'one is left')
            await pause(40)
            expect(isSettled()).toBe(true)
            // two moves that knew nothing of each other may end either way
            const isKnown = isLastNewest && moves.at(-2)?.wait !== false
            if (isKnown) expect(made.at(-1)?.socket.closes).toEqual([])
            const nodes = all.map(({ sessions }) => sessions.figures().nodes)
            expect(nodes.reduce((sum, each) => sum + each)).toBe(1)
          }),
        ),
        { numRuns: RUNS },
      )
    },
    WITHIN_MS,
  )
})

const PHONE = { role: 'operator', auth: { token: 'wrong' } } as const

function guess(member: Member): Promise<unknown> {
  return member.socket().connect(connectParams(PHONE))
}

async function right(member: Member): Promise<unknown> {
  const answer = await member.socket().connect(connectParams({ ...PHONE, auth: { token: SECRET } }))
  return answer.ok ? 'in' : codeOf(answer)
}

describe('wrong secrets', () => {
  it(
    'count at every gateway, and a lock holds at all',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(at, { maxLength: 16 }), fc.nat({ max: 5 }), (guesses, delay) =>
          together(async (shared, all) => {
            shared.network.delay(delay)
            await Promise.all(guesses.map((each) => guess(memberAt(all, each))))
            await pause(3 * delay + 25)
            const isLocked = guesses.length >= AUTH_FAILURES
            const locked = () => all.map(({ sessions }) => sessions.figures().lockedAddresses)
            if (isLocked) await until(() => locked().every((each) => each === 1), 'it is locked')
            expect(locked()).toEqual(isLocked ? [1, 1, 1] : [0, 0, 0])
            const said = await Promise.all(all.map(right))
            expect(new Set(said)).toEqual(new Set([isLocked ? 'AUTH_RATE_LIMITED' : 'in']))
          }),
        ),
        { numRuns: RUNS },
      )
    },
    WITHIN_MS,
  )

  it('lock at a gateway that comes later, and no longer than anywhere', async () => {
    await together(async (shared, all) => {
      for (let each = 0; each < AUTH_FAILURES; each += 1) await guess(memberAt(all, 0))
      shared.clock.advance(60_000)
      const late = shared.join()
      await until(() => late.sessions.figures().lockedAddresses === 1, 'it is locked')
      const answer = await late
        .socket()
        .connect(connectParams({ ...PHONE, auth: { token: SECRET } }))
      expect(errorOf(answer).retryAfterMs).toBe(AUTH_LOCK_MS - 60_000)
      shared.clock.advance(AUTH_LOCK_MS - 60_000)
      expect(await right(late)).toBe('in')
    })
  })

  it('at an address that is another computer at each gateway are counted there alone', async () => {
    await together(async (shared, all) => {
      const [one, other] = [memberAt(all, 0), memberAt(all, 1)]
      const own = ['127.0.0.1', '0:0:0:0::/64', '169.254.1.1', 'fe80:0:0:0::/64', 'unknown']
      // the last one is told of, so that what was told before is there
      for (const limitKey of [...own, '203.0.113.9']) {
        const facts = { address: limitKey, limitKey }
        for (let each = 0; each < AUTH_FAILURES; each += 1)
          await one.socket(facts).connect(connectParams(PHONE))
      }
      expect(one.sessions.figures().lockedAddresses).toBe(own.length + 1)
      await until(() => other.sessions.figures().lockedAddresses > 0, 'it is locked')
      const noted = shared.network.open().noted('lock/')
      expect(noted.map(({ key }) => key)).toEqual(['lock/shared-secret/203.0.113.9'])
      expect(other.sessions.figures().lockedAddresses).toBe(1)
    })
  })

  it('of many addresses do not lock who is elsewhere, and never a key that signs', async () => {
    await together(async (_, all) => {
      const [one, other] = [memberAt(all, 0), memberAt(all, 1)]
      for (let each = 0; each < 2_000; each += 1) {
        const key = `198.51.${String(Math.floor(each / 250))}.${String(each % 250)}`
        void one.socket({ address: key, limitKey: key }).connect(connectParams(PHONE))
      }
      for (let each = 0; each < AUTH_FAILURES; each += 1) await guess(one)
      await until(() => other.sessions.figures().lockedAddresses === 1, 'it is locked')
      const device = testDevice()
      one.door.pair(device, { role: 'operator', scopes: ['operator.read'] })
      const paired = await other
        .socket()
        .as(device, { role: 'operator', scopes: ['operator.read'] })
      expect(paired.ok).toBe(true)
      const facts = { address: '192.0.2.1', limitKey: '192.0.2.1' }
      const elsewhere = other
        .socket(facts)
        .connect(connectParams({ ...PHONE, auth: { token: SECRET } }))
      expect((await elsewhere).ok).toBe(true)
    })
  })

  it('of one address lock no network elsewhere, also where addresses are too many to be counted one by one', async () => {
    await together(async (shared, all) => {
      const stranger = shared.network.open()
      await until(() => stranger.others().length === GATEWAYS, 'they know each other')
      for (let part = 0; part < MAX_WATCHED_ADDRESSES; part += 1_000) {
        const some = Array.from({ length: 1_000 }, (_, n) => [
          'shared-secret',
          `f${String(part + n)}`,
          1,
        ])
        stranger.tell('sessions/guesses', some)
      }
      const lock = (limitKey: string) =>
        stranger.note(`lock/shared-secret/${limitKey}`, {
          kind: 'shared-secret',
          limitKey,
          at: shared.clock.now(),
        })
      const one = memberAt(all, 0)
      const locked = () => one.sessions.figures().lockedAddresses
      await pause(20)
      lock('192.0.2.1')
      lock('f1')
      await until(() => locked() === 1, 'what is counted by itself is locked')
      const facts = { address: '192.0.2.7', limitKey: '192.0.2.7' }
      const params = connectParams({ ...PHONE, auth: { token: SECRET } })
      expect((await one.socket(facts).connect(params)).ok).toBe(true)
      await stranger.close()
    })
  })

  it('that another gateway says it heard are bounded and read with care', async () => {
    await together(async (shared, all) => {
      const stranger = shared.network.open()
      await until(() => stranger.others().length === GATEWAYS, 'they know each other')
      const bad: Json[] = [
        null,
        7,
        'x',
        [[]],
        [[1, 2, 3]],
        [['shared-secret', 'a', -1]],
        [['x', 'a', 10]],
        [['shared-secret', 'b', 'many']],
      ]
      for (const body of bad) stranger.tell('sessions/guesses', body)
      stranger.note('lock/shared-secret/c', { kind: 'shared-secret', limitKey: 'c', at: 'x' })
      const flood = Array.from({ length: 5_000 }, (_, n) => ['shared-secret', `f${String(n)}`, 1e9])
      stranger.tell('sessions/guesses', flood)
      const locked = () => memberAt(all, 0).sessions.figures().lockedAddresses
      await until(() => locked() > 0, 'it is counted')
      expect(locked()).toBe(1_000)
      await stranger.close()
    })
  })
})
