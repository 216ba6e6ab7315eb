import { type DmPairing, dmPairing } from '@openclaw/dm-pairing'
import type { ChannelAddress } from '@openclaw/pairing-contracts'
import { HOUSEKEEPING_MS } from './limits.ts'
import { noticeRunner } from './notices.ts'
import type { Pairing, PairingComponents, PairingOptions, Send } from './types.ts'

/**
 * Puts the pairing layer together: one gate for messages, one set of verbs for the owner, over one store.
 *
 * Takes charge of `components.store`: closing the pairing closes it.
 *
 * @param components - the ports; `openPairing` of `@openclaw/pairing/node` fills them
 * @param options - the operator's decisions
 */
export function createPairing(components: PairingComponents, options: PairingOptions): Pairing {
  const definitions = new Map(components.channels.map((channel) => [channel.name, channel]))
  const people = dmPairing(
    { ...components, pause: nextTurn },
    {
      ...options,
      channels: (name) => definitions.get(name),
    },
  )
  let stop: AbortController | undefined
  const running = new Set<Promise<void>>()
  const tidyUp = options.readOnly === true ? undefined : keepTidy(people)
  let closed: Promise<void> | undefined

  const close = async (): Promise<void> => {
    stop?.abort()
    await Promise.all(running)
    await tidyUp?.()
    await components.store.close()
  }
  return {
    gate: people.gate,
    people,
    store: components.store,
    announce: (address: ChannelAddress, send: Send) => {
      if (closed) return
      stop ??= new AbortController()
      const run = announce({ people, store: components.store, send }, address, stop.signal)
      running.add(run)
      void run.finally(() => running.delete(run))
    },
    close: () => (closed ??= close()),
  }
}

/** Whatever arrived meanwhile is served first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Tidies up now and then, and once more when what it answers is called. */
function keepTidy(people: DmPairing): () => Promise<void> {
  const timer = setInterval(() => void people.housekeeping().catch(ignore), HOUSEKEEPING_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await people.housekeeping('closing').catch(ignore)
  }
}

function announce(
  components: { people: DmPairing; store: PairingComponents['store']; send: Send },
  address: ChannelAddress,
  signal: AbortSignal,
): Promise<void> {
  return noticeRunner(components, { address, ready: () => true, onError: ignore }, signal)
}

/** Housekeeping and notices come again by themselves; the gate reports a store that cannot answer. */
function ignore(): void {}
