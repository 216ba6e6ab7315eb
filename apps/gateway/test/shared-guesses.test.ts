import type { Json } from '@openclaw/pairing-contracts'
import { memoryReplicas } from '@openclaw/pairing-testing'
import { expect, it } from 'vitest'
import { guesses } from '../src/http/guesses.ts'
import { sharedGuesses } from '../src/http/shared-guesses.ts'
import { WRONG_SECRETS } from '../src/limits.ts'
import { until } from './support.ts'

it('counts wrong secrets at every gateway, and each once', async () => {
  const network = memoryReplicas()
  const told: unknown[] = []
  const member = () => {
    const replicas = network.open()
    const tell = (kind: string, body: Json): void => {
      told.push(body)
      replicas.tell(kind, body)
    }
    const own = guesses(() => performance.now())
    return sharedGuesses({ own, replicas: { ...replicas, tell }, what: 'door' })
  }
  const [one, other, third] = [member(), member(), member()]
  for (let n = 1; n < WRONG_SECRETS; n += 1) expect(one.wrong('203.0.113.9')).toBe(false)
  expect(other.wrong('198.51.100.1')).toBe(false)
  await until(() => told.length === 2)
  expect(third.waitOf('203.0.113.9')).toBe(0)
  // the last one is shown elsewhere
  await until(() => third.wrong('203.0.113.9') || third.waitOf('203.0.113.9') > 0)
  await until(() => one.waitOf('203.0.113.9') > 0 && other.waitOf('203.0.113.9') > 0)
  expect(one.waitOf('198.51.100.1')).toBe(0)
  expect(told.length).toBeLessThanOrEqual(4)
})

it('passes over what is none', async () => {
  const network = memoryReplicas()
  const [teller, replicas] = [network.open(), network.open()]
  const own = guesses(() => performance.now())
  sharedGuesses({ own, replicas, what: 'door' })
  for (const body of [null, 5, {}, [[]], [['a']], [['a', 'b']], [['a', -1]], ['a']])
    teller.tell('http/guesses/door', body)
  teller.tell('http/guesses/door', [['b', 1e9]])
  await until(() => own.waitOf('b') > 0)
  expect(own.waitOf('a')).toBe(0)
})
