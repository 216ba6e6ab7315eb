import type { NodePairing } from '@openclaw/pairing/node'
import { eventsCursorPath } from '@openclaw/pairing-config'
import { nodeFiles } from '@openclaw/pairing-config/node'
import type { ChannelLog } from '@openclaw/pairing-contracts'
import { sharedStateOf } from '../channels/shared-state.ts'
import { cursorFile } from '../machine/cursor-file.ts'
import { webhookComponents } from '../webhook/components.ts'
import { type RunningEvents, startEvents } from './events.ts'
import { eventsInTurn } from './in-turn.ts'

/** What {@link configuredEvents} works with. */
export interface ConfiguredComponents {
  readonly pairing: NodePairing
  readonly log: ChannelLog
}

/** Starts telling the journal where `pairing.events` names a receiver; `undefined`: nobody wants to be told. */
export async function configuredEvents({
  pairing,
  log,
}: ConfiguredComponents): Promise<RunningEvents | undefined> {
  const { events, paths } = pairing.config()
  if (events === undefined) return undefined
  const components = {
    config: events,
    store: pairing.store,
    file: cursorFile(eventsCursorPath(paths, nodeFiles())),
    log,
    webhook: webhookComponents(),
  }
  const shared = sharedStateOf(pairing)
  return shared === undefined ? startEvents(components) : eventsInTurn({ ...components, ...shared })
}
