import type { Denied, SetupCode } from '@openclaw/device-pairing'
import type { Call } from './types.ts'

/** The codes of this owner that still work, on whichever account they asked for them. */
export async function ownCodes({ devices, owner }: Call): Promise<readonly SetupCode[] | Denied> {
  const codes = await devices.setup.list(owner)
  if ('outcome' in codes) return codes
  return codes.filter(
    ({ state, createdBy }) =>
      (state === 'unbound' || state === 'bound') &&
      createdBy.kind === 'owner' &&
      createdBy.channel === owner.channel &&
      createdBy.senderId === owner.senderId,
  )
}
