import type { NodeEntry } from '@openclaw/pairing-protocol'
import { describe, expect, it } from 'vitest'
import { FailedError, RefusedError } from '../src/errors.ts'
import type { AskGateway } from '../src/nodes/gateway.ts'
import { nodeName } from '../src/nodes/name.ts'
import { findNode } from '../src/nodes/named.ts'
import { notInvoked } from '../src/nodes/not-invoked.ts'

const GOOD = `${'a1'.repeat(6)}${'0'.repeat(52)}`
const EVIL = 'e'.repeat(64)

/** What a gateway lists: the node that is meant, and one that calls itself what it likes. */
function gateway(evilName: string, good: Partial<NodeEntry> & { readonly label?: string } = {}) {
  const nodes = [
    { nodeId: EVIL, connected: true, paired: true, displayName: evilName },
    { nodeId: GOOD, connected: true, paired: true, displayName: 'Kitchen', ...good },
  ]
  return (() => Promise.resolve({ ts: 0, nodes })) as unknown as AskGateway
}

describe('naming a node', () => {
  it.each([
    ['its whole id', GOOD],
    ['its short id', GOOD.slice(0, 12)],
    ['six digits of it', GOOD.slice(0, 6).toUpperCase()],
  ])('by %s finds it, whatever another one calls itself', async (_, typed) => {
    for (const name of [typed, typed.toLowerCase(), GOOD]) {
      expect((await findNode(gateway(name), typed, 'look')).nodeId).toBe(GOOD)
    }
  })

  it("by the owner's name finds it, where another one calls itself the same", async () => {
    const ask = gateway('Pantry', { displayName: 'Pantry', label: 'Pantry' })
    expect((await findNode(ask, 'pantry', 'look')).nodeId).toBe(GOOD)
  })

  it('by a name that two call themselves finds none, and tells both', async () => {
    expect((await findNode(gateway('Garage'), 'kitchen', 'look')).nodeId).toBe(GOOD)
    await expect(findNode(gateway('kitchen'), 'Kitchen', 'look')).rejects.toMatchObject({
      detail: { reason: 'ambiguous', candidates: [EVIL, GOOD] },
    })
    await expect(
      findNode(gateway('Garage', { paired: false }), 'Kitchen', 'look'),
    ).rejects.toMatchObject({
      detail: { reason: 'unknown' },
    })
  })

  it('by the start of two ids finds none', async () => {
    const ask = gateway('x', { nodeId: `${EVIL.slice(1)}0` })
    await expect(findNode(ask, 'eeeeee', 'look')).rejects.toMatchObject({
      detail: { reason: 'ambiguous' },
    })
  })

  it("to act never goes by what a node calls itself, only by the owner's name or its id", async () => {
    await expect(findNode(gateway('Garage'), 'kitchen', 'act')).rejects.toMatchObject({
      message: expect.stringMatching(
        /call themselves so, name the one you mean by its id:\n.*“Kitchen”$/,
      ),
      detail: { reason: 'unknown', candidates: [GOOD] },
    })
    const labelled = gateway('Pantry', { displayName: 'Pantry', label: 'Pantry' })
    for (const typed of ['Pantry', GOOD, GOOD.slice(0, 12)]) {
      expect((await findNode(labelled, typed, 'act')).nodeId).toBe(GOOD)
    }
  })
})

describe('the name of a node', () => {
  it("is the owner's as it is, and its own in quotes", () => {
    const node = { nodeId: GOOD, connected: true, displayName: 'Shed' }
    expect(nodeName(node)).toBe('“Shed”')
    expect(nodeName({ ...node, label: 'Shed' } as NodeEntry)).toBe('Shed')
  })
})

describe('a command that a node did not run', () => {
  const node = { nodeId: GOOD, connected: true, commands: ['system.which', 'system.notify'] }
  const refused = new RefusedError('ERR_NODE_COMMAND_NOT_ALLOWED', 'not allowed', { hint: 'edit' })

  it('is told by its nearest name, or with all that the node may be asked', () => {
    const typed = { node, name: 'system.wich', hasParams: true }
    expect(notInvoked(refused, typed)).toMatchObject({
      hint: 'did you mean system.which? it may be asked system.which, system.notify',
      detail: { meant: 'system.which' },
    })
    expect(notInvoked(refused, { ...typed, name: 'camera.snap' })).toMatchObject({
      hint: 'it may be asked system.which, system.notify; for another: edit',
    })
  })

  it('is an error without the word twice, with what it takes where that is missing', () => {
    const error = new FailedError('Error: INVALID_REQUEST: paramsJSON required', { hint: 'x' })
    const typed = { node, name: 'system.which', hasParams: false }
    expect(notInvoked(error, typed)).toMatchObject({
      message: 'INVALID_REQUEST: paramsJSON required',
      hint: expect.stringContaining("--params '{…}'"),
    })
    expect(notInvoked(error, { ...typed, hasParams: true })).toMatchObject({ hint: 'x' })
  })
})
