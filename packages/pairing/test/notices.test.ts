import type { OutboundText } from '@openclaw/pairing-contracts'
import { expect, it, onTestFinished, vi } from 'vitest'
import { noticeRunner } from '../src/index.ts'
import type { NodePairing } from '../src/node.ts'
import { message, open, pendingCode, root, stateDir, telegram } from './support.ts'

/** A store in which somebody was approved and not told yet. */
async function approved(): Promise<NodePairing> {
  const pairing = await open(await stateDir())
  onTestFinished(pairing.close)
  await pairing.gate(message('1001'))
  await pairing.people.approve(root, { ...telegram, typed: await pendingCode(pairing) })
  return pairing
}

/** A runner on a channel that is connected once `connect` was called. */
function announcing({ people, store }: NodePairing) {
  const state = { connected: false, sent: [] as OutboundText[] }
  const stop = new AbortController()
  const ended = noticeRunner(
    {
      people,
      store,
      send: async (text) => {
        state.sent.push(text)
        return { outcome: 'sent' }
      },
    },
    { address: telegram, ready: () => state.connected, onError: () => {} },
    stop.signal,
  )
  onTestFinished(async () => {
    stop.abort()
    await ended
  })
  return state
}

it('is said within a second of the channel being connected, and once', async () => {
  const state = announcing(await approved())
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(state.sent).toEqual([])
  state.connected = true
  await vi.waitFor(() => expect(state.sent).toHaveLength(1), { timeout: 20_000, interval: 10 })
  state.connected = false
  await new Promise((resolve) => setTimeout(resolve, 300))
  state.connected = true
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(state.sent).toHaveLength(1)
})
