import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStore } from '@openclaw/credential-store'
import { nodeFileStore } from '@openclaw/credential-store/node'
import { fixedClock } from '@openclaw/pairing-testing'
import { describe, expect, it } from 'vitest'
import { shownMemory } from '../src/index.ts'
import { ANN, BOB, request } from './support.ts'

const id = (letter: string): string => `device-${letter.repeat(12)}`
const cards = (...letters: readonly string[]) =>
  letters.map((letter) => request({ requestId: id(letter) }))
const seqOf = async (store: ReturnType<typeof memoryStore>) =>
  (await store.history(0 as never, 1_000)).length

function remembering() {
  const clock = fixedClock()
  const store = memoryStore({ clock })
  return { clock, store, memory: shownMemory(store) }
}

describe('what was shown', () => {
  it('is remembered with numbers, for one chat alone', async () => {
    const { memory } = remembering()
    await memory.remember(ANN, cards('a', 'b'))
    expect(memory.of(ANN)).toMatchObject([
      { number: 1, requestId: id('a'), digest: request().digest },
      { number: 2, requestId: id('b') },
    ])
    expect(memory.of(BOB)).toEqual([])
    expect(memory.of({ ...ANN, account: 'other' })).toEqual([])
    expect(memory.numbered(ANN, 2)?.requestId).toBe(id('b'))
    expect(memory.numbered(BOB, 2)).toBeUndefined()
  })

  it('costs nothing when it is shown again, and keeps its number when it changed', async () => {
    const { clock, store, memory } = remembering()
    await memory.remember(ANN, cards('a', 'b'))
    const before = await seqOf(store)
    clock.advance(60_000)
    await memory.remember(ANN, cards('a', 'b'))
    expect(await seqOf(store)).toBe(before)
    await memory.remember(ANN, [request({ requestId: id('a'), digest: 'other' })])
    expect(memory.numbered(ANN, 1)).toMatchObject({
      digest: 'other',
      shownAt: clock.now(),
      lastAt: clock.now(),
    })
    expect(memory.numbered(ANN, 2)?.requestId).toBe(id('b'))
  })

  it('has the numbers that were told before', async () => {
    const { memory } = remembering()
    await memory.remember(ANN, cards('a'))
    const told = memory.preview(ANN, cards('a', 'b', 'c'))
    expect([...told]).toEqual([
      [id('a'), 1],
      [id('b'), 2],
      [id('c'), 3],
    ])
    expect(memory.of(ANN)).toHaveLength(1)
    await memory.remember(ANN, cards('a', 'b', 'c'))
    expect(memory.numbered(ANN, 3)?.requestId).toBe(id('c'))
  })

  it('gives the number of a request that is over to nobody else for an hour', async () => {
    const { clock, memory } = remembering()
    await memory.remember(ANN, cards('a', 'b'))
    await memory.forget(ANN, [id('a')])
    expect(memory.of(ANN)).toMatchObject([{ requestId: id('b') }])
    await memory.remember(ANN, cards('c'))
    expect(memory.numbered(ANN, 1)?.requestId).toBe(id('a'))
    expect(memory.numbered(ANN, 3)?.requestId).toBe(id('c'))
    clock.advance(3_600_001)
    await memory.remember(ANN, cards('d'))
    expect(memory.numbered(ANN, 1)?.requestId).toBe(id('d'))
  })

  it('is told apart in the journal from what is over', async () => {
    const { store, memory } = remembering()
    await memory.remember(ANN, cards('a', 'b'))
    await memory.forget(ANN, [id('a')])
    const entries = await store.history(0 as never, 10)
    expect(entries.map(({ action }) => action)).toEqual(['owner.show', 'owner.forget'])
  })

  it('is no card that leaves something out', async () => {
    const { memory } = remembering()
    const commands = Array.from({ length: 512 }, (_, index) => `command.${String(index)}`)
    expect(await memory.remember(ANN, [request({ commands })])).toEqual([])
    expect(memory.of(ANN)).toEqual([])
  })

  it('is bounded in number and time', async () => {
    const { clock, memory } = remembering()
    for (let round = 0; round < 3; round += 1) {
      const many = Array.from({ length: 50 }, (_, index) =>
        request({ requestId: `device-${String(round)}-${String(index)}` }),
      )
      await memory.remember(ANN, many)
    }
    expect(memory.of(ANN)).toHaveLength(100)
    clock.advance(86_400_001)
    await memory.remember(ANN, cards('z'))
    expect(memory.of(ANN)).toMatchObject([{ number: 1, requestId: id('z') }])
  })

  it('is all there when two are shown at once', async () => {
    const { memory } = remembering()
    await Promise.all(['a', 'b', 'c'].map((letter) => memory.remember(ANN, cards(letter))))
    expect(memory.of(ANN).map(({ number }) => number)).toEqual([1, 2, 3])
  })

  it('outlives the process', async () => {
    const root = mkdtempSync(join(tmpdir(), 'owner-chat-'))
    const open = () => nodeFileStore({ root, mode: 'write', clock: fixedClock(), families: [] })
    const first = await open()
    await shownMemory(first).remember(ANN, cards('a', 'b'))
    await first.close()
    const second = await open()
    expect(shownMemory(second).numbered(ANN, 2)?.requestId).toBe(id('b'))
    await second.close()
  })

  it('that is damaged is not taken for nothing', async () => {
    const { store, memory } = remembering()
    const raw = { name: 'owner.shown', decode: (it: unknown) => it, encode: (it: unknown) => it }
    await store.transact(
      { scope: 'x' as never, actor: ANN, action: 'x.y' },
      (tx) => void tx.put(raw as never, 'telegram/default/1001', [{ number: 'one' }]),
    )
    expect(() => memory.of(ANN)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_/) }),
    )
  })
})
