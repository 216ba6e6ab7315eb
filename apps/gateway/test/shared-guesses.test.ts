import { type MemoryReplica, memoryReplicas } from '@openclaw/pairing-testing'
import { describe, expect, it, vi } from 'vitest'
import { type Guesses, guesses } from '../src/http/guesses.ts'
import { sharedGuesses } from '../src/http/shared-guesses.ts'

type Gateway = Guesses & { readonly replicas: MemoryReplica }

/** Gateways of one store, whose clocks stand. */
function gateways(count: number): readonly Gateway[] {
  const network = memoryReplicas()
  return Array.from({ length: count }, () => {
    const replicas = network.open()
    return {
      replicas,
      ...sharedGuesses(
        guesses(() => 0),
        replicas,
        'figures',
      ),
    }
  })
}

const two = (): [Gateway, Gateway] => gateways(2) as [Gateway, Gateway]

/** Tries one after another until all refuse; answers how often it could. */
async function triesOf(doors: readonly Guesses[], key: string): Promise<number> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    let tries = 0
    for (const door of Array.from({ length: 20 }, () => doors).flat()) {
      if (door.waitOf(key) > 0) continue
      door.wrong(key)
      tries += 1
      await vi.advanceTimersByTimeAsync(200)
    }
    return tries
  } finally {
    vi.useRealTimers()
  }
}

describe('wrong secrets at several gateways', () => {
  it('are as many as at one, for whoever goes from one to the next', async () => {
    expect(await triesOf(gateways(3), 'guesser')).toBe(10)
  })

  it('lock one address alone, each kind apart, and everywhere', async () => {
    const [here, there] = two()
    for (const key of ['127.0.0.1', 'guesser']) {
      for (let tried = 0; tried < 10; tried += 1) here.wrong(key)
      expect(here.waitOf(key)).toBeGreaterThan(0)
    }
    await vi.waitFor(() => expect(there.waitOf('guesser')).toBeGreaterThan(0), { timeout: 20_000 })
    // that is another computer there
    expect(there.waitOf('127.0.0.1')).toBe(0)
    expect(there.waitOf('other')).toBe(0)
  })

  it('of a flood are told in bounded parts, and counted here all the same', async () => {
    const [here, there] = two()
    for (let address = 0; address < 6_000; address += 1) {
      for (let tried = 0; tried < 10; tried += 1) here.wrong(String(address))
    }
    expect(here.waitOf('5999')).toBeGreaterThan(0)
    await vi.waitFor(() => expect(there.waitOf('4999')).toBeGreaterThan(0), { timeout: 20_000 })
    expect(there.waitOf('5999')).toBe(0)
  })

  it.each([
    ['nothing', null],
    ['no list', 'guesser'],
    ['no pairs', ['guesser', 5, null]],
    ['no number', [['guesser', '10']]],
    ['less than one', [['guesser', -1]]],
  ])('that another version tells otherwise count for nobody: %s', async (_, body) => {
    const [here, there] = two()
    await here.replicas.ask(there.replicas.id, 'guesses/figures', body, 1_000)
    expect(there.waitOf('guesser')).toBe(0)
  })
})
