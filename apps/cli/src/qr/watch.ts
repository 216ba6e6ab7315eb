import { setTimeout as sleep } from 'node:timers/promises'
import type { SetupCode } from '@openclaw/device-pairing'
import type { NodePairing } from '@openclaw/pairing/node'
import type { Actor } from '@openclaw/pairing-contracts'
import type { Call } from '../args/types.ts'
import { withheldCommands } from '../devices/withheld.ts'
import { type NamedRequest, withLabel } from '../devices/words.ts'
import { granted, LOOKER, type Session, withWaiting } from '../people/session.ts'

/** What has become of a code so far. */
export type Sight =
  | { readonly kind: 'unbound' }
  /** A key has shown it, and does not ask now. */
  | { readonly kind: 'bound'; readonly setup: SetupCode }
  | { readonly kind: 'asks'; readonly request: NamedRequest }
  /** It is over; `undefined`: so long that it is forgotten. */
  | { readonly kind: 'over'; readonly setup: SetupCode | undefined }

/** How often the store is looked at, in ms; a look costs one `stat`. */
const LOOK_MS = 250

/**
 * Looks at the store until `found` answers something.
 *
 * @throws the reason of the signal, when somebody ends it
 */
export function watch<R>(
  call: Call,
  signal: AbortSignal,
  found: (session: Session) => Promise<R | undefined>,
): Promise<R> {
  return withWaiting(call, 'read', async (session) => {
    for (;;) {
      signal.throwIfAborted()
      const answer = await found(session)
      if (answer !== undefined) return answer
      await sleep(LOOK_MS, undefined, { signal })
    }
  })
}

/** What has become of a code. */
export async function sightOf(
  { pairing, config }: Pick<Session, 'pairing' | 'config'>,
  setupId: string,
): Promise<Sight> {
  const { pairing: devices } = pairing.devices()
  const setup = await codeOf(devices, LOOKER, setupId)
  if (setup === undefined) return { kind: 'over', setup }
  if (setup.state === 'unbound') return { kind: 'unbound' }
  if (setup.state !== 'bound') return { kind: 'over', setup }
  const lists = granted(await devices.list(LOOKER))
  const request = lists.waiting.find(
    ({ deviceId, role }) => deviceId === setup.deviceId && role === 'node',
  )
  if (request === undefined) return { kind: 'bound', setup }
  const withheld = withheldCommands(request, config().gateway.nodes)
  return { kind: 'asks', request: { ...withLabel(request, lists), withheld } }
}

type Devices = ReturnType<NodePairing['devices']>['pairing']

/** The code of an id, while it is known. */
export async function codeOf(
  { setup }: Devices,
  actor: Actor,
  setupId: string,
): Promise<SetupCode | undefined> {
  return granted(await setup.list(actor)).find((each) => each.setupId === setupId)
}
