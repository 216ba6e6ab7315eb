import type { NodePairing } from '@openclaw/pairing/node'
import type { ChatCommands } from '@openclaw/pairing-contracts'
import { ownerCommands, shownMemory } from '@openclaw/pairing-owner-chat'
import { type SetupCodesComponents, setupCodes } from './setup-code.ts'

/** What {@link chatCommands} works with. */
export interface ChatCommandsComponents extends SetupCodesComponents {
  readonly pairing: NodePairing
  /** How commands begin where the owner sits. */
  readonly cli: string
}

/** What owners may write to this gateway in chat, on every channel. */
export function chatCommands({ pairing, claim, cli }: ChatCommandsComponents): ChatCommands {
  return ownerCommands(
    {
      devices: pairing.devices().pairing,
      shown: shownMemory(pairing.store),
      isOwner: pairing.people.isOwner,
      makeCode: setupCodes({ pairing, claim }),
      clock: pairing.clock,
    },
    { cli },
  )
}
