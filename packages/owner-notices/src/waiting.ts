import type { Actor } from '@openclaw/pairing-contracts'
import type { OwnerNoticesComponents } from './components.ts'
import { MAX_OWNERS, MAX_WAITING } from './limits.ts'
import type { OwnerRef, Waiting } from './types.ts'

/** Who reads and writes about messages to owners. */
export const NOTICES_ACTOR: Actor = { kind: 'system', part: 'owner-notices' }

type Lists = Pick<OwnerNoticesComponents, 'people' | 'devices' | 'makerOf'>

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

async function waitingDevices({ devices, makerOf }: Lists): Promise<readonly Waiting[]> {
  const lists = await devices.list(NOTICES_ACTOR)
  if ('outcome' in lists) return []
  return Promise.all(
    lists.waiting.map(async (request) => {
      const maker = request.askedBy === 'setup-code' ? await makerOf(request) : undefined
      return { about: 'device', request, maker } as const
    }),
  )
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
