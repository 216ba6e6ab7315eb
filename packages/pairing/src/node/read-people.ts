import { dmPairing, WAITING_COLLECTIONS } from '@openclaw/dm-pairing'
import { CHANNELS } from '@openclaw/pairing-config'
import type { PeopleToRead, ReadOptions } from '../open-types.ts'
import { openState } from './open-state.ts'
import { peopleFamilies } from './people.ts'

/**
 * Opens the people's half of this machine's state, for a page that is read and forgotten: what was checked when it was
 * written is not checked again, the files of devices are not looked at, and nothing is made on disk. Never for a gate.
 *
 * @throws as `openPairing`
 */
export async function readPeople(options: ReadOptions = {}): Promise<PeopleToRead> {
  const { ports, settings, backend, config } = await openState({
    ...options,
    mode: 'read',
    trustVerified: true,
    hold: options.database?.load === 'waiting' ? WAITING_COLLECTIONS : 'all',
    families: peopleFamilies,
  })
  const people = dmPairing(ports, {
    ...settings,
    channels: (name) => CHANNELS.find((channel) => channel.name === name),
  })
  return { people, backend, config, close: () => ports.store.close() }
}
