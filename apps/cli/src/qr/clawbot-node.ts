import type { CommandNode } from '../args/types.ts'

/** `clawbot qr`: the name that OpenClaw 2026.2 has for `qr`. */
export const clawbotNode: CommandNode = {
  name: 'clawbot',
  summary: 'as OpenClaw 2026.2 has it',
  hidden: true,
  children: [
    {
      name: 'qr',
      summary: 'the same as qr',
      hidden: true,
      ownUrl: true,
      load: async () => (await import('../commands/qr.ts')).command,
    },
  ],
}
