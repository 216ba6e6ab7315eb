import { describe, expect, it } from 'vitest'
import { TOLD_AT_ONCE, WAITING_ROUNDS } from '../src/limits.ts'
import { rounds } from '../src/rounds.ts'

/** Timers that run when they are told to. */
function byHand() {
  let waiting: (() => void)[] = []
  return {
    timers: {
      after: (_: number, run: () => void) => {
        waiting.push(run)
        return () => {
          waiting = waiting.filter((each) => each !== run)
        }
      },
    },
    /** Runs what waits now; answers how much that was. */
    turn: (): number => {
      const now = waiting
      waiting = []
      for (const run of now) run()
      return now.length
    },
  }
}

const many = Array.from({ length: 3 * TOLD_AT_ONCE + 10 }, (_, at) => at)

function teller() {
  const { timers, turn } = byHand()
  const said: string[] = []
  const telling = rounds<number>(timers)
  const add = (what: string, hearers: readonly number[] = many) =>
    telling.add({ hearers, tell: (hearer) => void said.push(`${what} ${String(hearer)}`) })
  return { said, turn, add, telling }
}

describe('what is told to many', () => {
  it('reaches few at once, without a timer', () => {
    const { said, add, turn } = teller()
    add('a', [1, 2, 3])
    expect(said).toEqual(['a 1', 'a 2', 'a 3'])
    expect(turn()).toBe(0)
  })

  it('goes out in parts, each thing to its end before the next', () => {
    const { said, add, turn } = teller()
    add('a')
    add('b')
    expect(said).toHaveLength(TOLD_AT_ONCE)
    let turns = 0
    while (turn() > 0) {
      turns += 1
      expect(said.length).toBeLessThanOrEqual((turns + 1) * TOLD_AT_ONCE)
    }
    expect(said).toEqual([
      ...many.map((at) => `a ${String(at)}`),
      ...many.map((at) => `b ${String(at)}`),
    ])
    expect(turns).toBe(6)
  })

  it('goes out at once at the end, and where too much waits', () => {
    const { said, add, turn, telling } = teller()
    add('a')
    telling.finish()
    expect(said).toHaveLength(many.length)
    expect(turn()).toBe(0)
    for (let count = 0; count <= WAITING_ROUNDS; count += 1) add('b')
    expect(said).toHaveLength(many.length * (WAITING_ROUNDS + 2))
  })

  it('waits where it is caused by what is being told', () => {
    const { timers, turn } = byHand()
    const said: string[] = []
    const telling = rounds<number>(timers)
    const tell = (hearer: number): void => {
      said.push(`a ${String(hearer)}`)
      if (hearer === 1) {
        telling.add({ hearers: [1], tell: () => void said.push('b 1') })
        telling.finish()
      }
    }
    telling.add({ hearers: [1, 2], tell })
    while (turn() > 0) {}
    expect(said).toEqual(['a 1', 'a 2', 'b 1'])
  })
})
