import type { SenderId } from '@openclaw/pairing-contracts'
import type { WebchatPeople } from './types.ts'
import type { Visitors } from './visitors.ts'

/** Brings open pages up to date; never rejects. */
export interface Refresher {
  readonly one: (senderId: SenderId) => Promise<void>
  /** Every open page; calls during a pass lead to one more pass, not to many. */
  readonly all: () => Promise<void>
}

/** What {@link refresher} works with. */
export interface RefresherComponents {
  readonly people: WebchatPeople
  readonly visitors: Visitors
}

/** A refresher; a page whose state cannot be read keeps what it shows. */
export function refresher({ people, visitors }: RefresherComponents): Refresher {
  let pass: Promise<void> | undefined
  let again = false
  const one = async (senderId: SenderId): Promise<void> => {
    try {
      visitors.show(senderId, await people.stateOf(senderId))
    } catch {
      // The store cannot answer now; the next pass asks again.
    }
  }
  const run = async (): Promise<void> => {
    do {
      again = false
      for (const senderId of visitors.present()) await one(senderId)
    } while (again)
    pass = undefined
  }
  return {
    one,
    all: () => {
      if (pass === undefined) pass = run()
      else again = true
      return pass
    },
  }
}
