import { memoryStore } from '@openclaw/credential-store'
import type { Actor } from '@openclaw/pairing-contracts'
import { fixedClock, seededRandom } from '@openclaw/pairing-testing'
import { describe, expect, it } from 'vitest'
import { devicePairing, type LegacyNodes, legacyNodes, REQUEST_TTL_MS } from '../src/index.ts'
import { arrival, cryptoPorts, OWNER, operator, PAGE, ROOT, raw, stored } from './world.ts'

const PAIRING = operator('cli', 'operator.pairing')
const NODE: Actor = { kind: 'device', deviceId: 'd', role: 'node' }
const READER = operator('cli', 'operator.read')

function old() {
  const clock = fixedClock()
  const store = memoryStore({ clock })
  const ports = { store, clock, random: seededRandom(3), ...cryptoPorts }
  return { clock, store, ports, nodes: legacyNodes(ports) }
}

async function waits(nodes: LegacyNodes, nodeId: string) {
  const outcome = await nodes.request(PAIRING, { nodeId, displayName: 'Legacy', caps: ['canvas'] })
  if (outcome.outcome !== 'waiting') throw new Error(outcome.outcome)
  return outcome
}

describe('the old store of nodes', () => {
  it('keeps one request for each node while it waits, unchanged', async () => {
    const { nodes, store } = old()
    const first = await waits(nodes, ' legacy-1 ')
    expect(first).toMatchObject({
      created: true,
      request: { nodeId: 'legacy-1', displayName: 'Legacy', caps: ['canvas'], isRepair: false },
    })
    const before = store.view(raw('a')).seq()
    const again = await nodes.request(PAIRING, { nodeId: 'legacy-1', displayName: 'Other' })
    expect(again).toEqual({ ...first, created: false })
    expect(store.view(raw('a')).seq()).toBe(before)
  })

  it('gives a token once, keeps its hash, and verifies it', async () => {
    const { nodes, store, clock } = old()
    const { request } = await waits(nodes, 'n')
    const approved = await nodes.approve(PAIRING, request.requestId)
    if (approved.outcome !== 'approved') throw new Error(approved.outcome)
    expect(approved).toMatchObject({ node: { nodeId: 'n', approvedAt: clock.now() } })
    expect(approved.token).toMatch(/^[\w-]{43}$/)
    expect(JSON.stringify(await store.history(0 as never, 10))).not.toContain(approved.token)
    expect(await nodes.verify(PAIRING, 'n', approved.token)).toMatchObject({ outcome: 'right' })
    for (const [id, token] of [
      ['n', 'x'],
      ['n', ''],
      ['m', approved.token],
      ['m', ''],
      ['', ''],
    ]) {
      expect(await nodes.verify(PAIRING, id ?? '', token ?? '')).toEqual({ outcome: 'wrong' })
    }
    expect(await nodes.approve(PAIRING, request.requestId)).toEqual({ outcome: 'unknown' })
    const again = await waits(nodes, 'n')
    expect(again.request.isRepair).toBe(true)
    await nodes.approve(ROOT, again.request.requestId)
    expect(await nodes.verify(PAIRING, 'n', approved.token)).toEqual({ outcome: 'wrong' })
  })

  it('forgets requests after five minutes and those that were rejected', async () => {
    const { nodes, clock, store } = old()
    const { request } = await waits(nodes, 'n')
    clock.advance(REQUEST_TTL_MS)
    expect(await nodes.approve(ROOT, request.requestId)).toEqual({ outcome: 'unknown' })
    const second = await waits(nodes, 'n')
    expect(second.created).toBe(true)
    const { requestId } = second.request
    expect(await nodes.reject(PAGE, requestId)).toEqual({
      outcome: 'rejected',
      requestId,
      nodeId: 'n',
    })
    expect(await nodes.reject(PAGE, requestId)).toEqual({ outcome: 'unknown' })
    await waits(nodes, 'n')
    clock.advance(REQUEST_TTL_MS)
    expect(await nodes.list(ROOT)).toEqual({ waiting: [], nodes: [] })
    await nodes.housekeeping()
    expect(stored(store, 'nodes.requests')).toEqual({})
  })

  it('takes 50 requests and no more', async () => {
    const { nodes } = old()
    for (let at = 0; at < 50; at += 1) await waits(nodes, `n${String(at)}`)
    expect(await nodes.request(PAIRING, { nodeId: 'more' })).toMatchObject({ outcome: 'full' })
    expect((await waits(nodes, 'n0')).created).toBe(false)
  })

  it('refuses ids that nobody could tell apart, and keeps claims on one line', async () => {
    const { nodes } = old()
    for (const nodeId of ['', '  ', 'a\u202eb', 'x'.repeat(129), 'a\u0000']) {
      expect(await nodes.request(ROOT, { nodeId })).toMatchObject({ outcome: 'invalid' })
    }
    const outcome = await nodes.request(ROOT, { nodeId: 'n', platform: 'a\u001b[2J\nb' })
    expect(outcome).toMatchObject({ request: { platform: 'a [2J b' } })
  })

  it('renames', async () => {
    const { nodes } = old()
    const { request } = await waits(nodes, 'n')
    await nodes.approve(ROOT, request.requestId)
    expect(await nodes.rename(PAIRING, 'n', 'Kitchen')).toMatchObject({
      changed: true,
      node: { displayName: 'Kitchen' },
    })
    expect(await nodes.rename(PAIRING, 'n', 'Kitchen')).toMatchObject({ changed: false })
    expect(await nodes.rename(PAIRING, 'm', 'x')).toEqual({ outcome: 'not-known', nodeId: 'm' })
    await expect(nodes.rename(PAIRING, 'n', '')).rejects.toMatchObject({
      code: 'ERR_DEVICE_LABEL_INVALID',
    })
  })

  it.each([NODE, READER, { ...OWNER, kind: 'sender' } as Actor])(
    'is closed to %j',
    async (actor) => {
      const { nodes } = old()
      const { request } = await waits(nodes, 'n')
      const answers = [
        nodes.request(actor, { nodeId: 'm' }),
        nodes.list(actor),
        nodes.approve(actor, request.requestId),
        nodes.reject(actor, request.requestId),
        nodes.verify(actor, 'n', 'x'),
        nodes.rename(actor, 'n', 'x'),
      ]
      for (const answer of await Promise.all(answers))
        expect(answer).toMatchObject({ outcome: 'denied' })
    },
  )

  it('lets nobody in: a node of it is no device', async () => {
    const { nodes, ports } = old()
    const door = devicePairing(ports)
    const outcome = arrival('n', { mayAsk: { by: 'nothing' } })
    const { request } = await waits(nodes, outcome.device.deviceId)
    const approved = await nodes.approve(ROOT, request.requestId)
    const deviceToken = approved.outcome === 'approved' ? approved.token : ''
    expect((await door.arrive({ ...outcome, deviceToken })).outcome).toBe('may-not-ask')
  })
})
