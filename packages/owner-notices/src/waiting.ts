import type { Actor, ChannelName, Collection, Json, SenderId } from '@openclaw/pairing-contracts'
import type { OwnerNoticesComponents } from './components.ts'
import { MAX_OWNERS, MAX_WAITING } from './limits.ts'
import type { OwnerRef, Waiting } from './types.ts'

/** Who reads and writes about messages to owners. */
export const NOTICES_ACTOR: Actor = { kind: 'system', part: 'owner-notices' }

type Lists = Pick<OwnerNoticesComponents, 'store' | 'people' | 'devices'>

/** Everybody who waits for a decision, oldest first. Throws what the store throws: unreadable is not "nobody". */
export async function waitingNow(lists: Lists): Promise<readonly Waiting[]> {
  const waiting = [...(await waitingPeople(lists)), ...(await waitingDevices(lists))]
  return waiting.sort((a, b) => a.request.createdAt - b.request.createdAt).slice(0, MAX_WAITING)
}

async function waitingPeople({ people }: Lists): Promise<readonly Waiting[]> {
  const lists = await people.list(NOTICES_ACTOR)
  if ('outcome' in lists) return []
  return lists.flatMap(({ requests }) =>
    requests.map((request) => ({ about: 'person', request }) as const),
  )
}

async function waitingDevices({ store, devices }: Lists): Promise<readonly Waiting[]> {
  // The list has every paired device as well, and mostly none waits.
  if (store.view(DEVICE_REQUESTS).entries('').length === 0) return []
  const lists = await devices.list(NOTICES_ACTOR)
  if ('outcome' in lists) return []
  const makers = lists.waiting.some(({ setupId }) => setupId !== undefined)
    ? await makersOf(devices)
    : NOBODY
  return lists.waiting.map((request) => {
    const maker = makers.get(request.setupId ?? '')
    return { about: 'device', request, maker } as const
  })
}

/** Only counted. */
const DEVICE_REQUESTS: Collection<Json> = {
  name: 'devices.requests',
  decode: (value) => value,
  encode: (value) => value,
}

const NOBODY: ReadonlyMap<string, OwnerRef> = new Map()

/** Who made each setup code, where that was an owner in chat. */
async function makersOf({ setup }: Lists['devices']): Promise<ReadonlyMap<string, OwnerRef>> {
  const codes = await setup.list(NOTICES_ACTOR)
  if ('outcome' in codes) return NOBODY
  return new Map(
    codes.flatMap(({ setupId, createdBy }) =>
      createdBy.kind === 'owner'
        ? [[setupId, ownerOf(createdBy.channel, createdBy.senderId)] as const]
        : [],
    ),
  )
}

function ownerOf(channel: string, senderId: string): OwnerRef {
  return { channel: channel as ChannelName, senderId: senderId as SenderId }
}

/** Who decides here; those who are blocked do not. */
export async function ownersNow({
  people,
}: Pick<OwnerNoticesComponents, 'people'>): Promise<readonly OwnerRef[]> {
  const owners = await people.owners(NOTICES_ACTOR)
  if ('outcome' in owners) return []
  return owners
    .filter((owner) => people.isOwner(owner))
    .map(({ channel, senderId }) => ({ channel, senderId }))
    .slice(0, MAX_OWNERS)
}
