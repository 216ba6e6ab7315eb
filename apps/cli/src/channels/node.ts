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
    {
      name: 'login',
      summary: 'link WhatsApp: a code for the phone to scan',
      load: async () => (await import('../commands/channels-login.ts')).command,
    },
    {
      name: 'logout',
      summary: 'end the linked device of WhatsApp',
      load: async () => (await import('../commands/channels-logout.ts')).command,
    },
  ],
}
