import type { CommandHint } from '@openclaw/pairing-contracts'
import type { Api } from 'grammy'
import { within } from './grammy-signal.ts'

/** What is offered in which private chat. */
export interface CommandOffer {
  readonly to: string
  readonly commands: readonly CommandHint[]
}

/** Sets the commands of one private chat, in no other. Rejects with what grammY throws, and after `ms`. */
export async function offerCommands(
  api: Pick<Api, 'setMyCommands' | 'deleteMyCommands'>,
  { to, commands }: CommandOffer,
  ms: number,
): Promise<void> {
  if (!/^[1-9]\d{0,15}$/.test(to)) return
  const scope = { type: 'chat', chat_id: Number(to) } as const
  const list = commands.map(({ name, description }) => ({ command: name, description }))
  await within(ms, undefined, (signal) =>
    list.length === 0
      ? api.deleteMyCommands({ scope }, signal)
      : api.setMyCommands(list, { scope }, signal),
  )
}
