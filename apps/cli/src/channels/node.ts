import type { CommandNode } from '../args/types.ts'

/** `channels`: commands about the accounts themselves. */
export const channelsNode: CommandNode = {
  name: 'channels',
  summary: 'how the accounts of your channels are doing',
  children: [
    {
      name: 'status',
      summary: 'which are connected, since when, and what is wrong',
      load: async () => (await import('../commands/channels-status.ts')).command,
    },
  ],
}
