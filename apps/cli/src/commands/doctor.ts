import type { Command } from '../args/types.ts'
export const command: Command = { usage: ['doctor'], about: '', options: {}, words: { min: 0, max: 0 }, examples: [], run: async () => 0 }
