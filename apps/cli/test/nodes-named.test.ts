import type { NodeEntry } from '@openclaw/pairing-protocol'
import { describe, expect, it } from 'vitest'
import type { AskGateway } from '../src/nodes/gateway.ts'
import { findNode } from '../src/nodes/named.ts'

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
      expect((await findNode(gateway(name), typed)).nodeId).toBe(GOOD)
    }
  })

  it("by the owner's name finds it, where another one calls itself the same", async () => {
    const ask = gateway('Pantry', { displayName: 'Pantry', label: 'Pantry' })
    expect((await findNode(ask, 'pantry')).nodeId).toBe(GOOD)
  })

  it('by a name that two call themselves finds none, and tells both', async () => {
    expect((await findNode(gateway('Garage'), 'kitchen')).nodeId).toBe(GOOD)
    await expect(findNode(gateway('kitchen'), 'Kitchen')).rejects.toMatchObject({
      detail: { reason: 'ambiguous', candidates: [EVIL, GOOD] },
    })
    await expect(findNode(gateway('Garage', { paired: false }), 'Kitchen')).rejects.toMatchObject({
      detail: { reason: 'unknown' },
    })
  })

  it('by the start of two ids finds none', async () => {
    const ask = gateway('x', { nodeId: `${EVIL.slice(1)}0` })
    await expect(findNode(ask, 'eeeeee')).rejects.toMatchObject({ detail: { reason: 'ambiguous' } })
  })
})
