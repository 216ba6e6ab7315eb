import type { CommandNode } from '../args/types.ts'

/** `store`: where everything that was decided is kept. */
export const storeNode: CommandNode = {
  name: 'store',
  summary: 'where everything is kept: move it, copy it into a file and back',
  children: [
    {
      name: 'migrate',
      summary: 'move it from files to PostgreSQL, or back',
      load: async () => (await import('../commands/store-migrate.ts')).command,
    },
    {
      name: 'export',
      summary: 'everything into one file',
      load: async () => (await import('../commands/store-export.ts')).command,
    },
    {
      name: 'import',
      summary: 'such a file into an empty store',
      load: async () => (await import('../commands/store-import.ts')).command,
    },
    {
      name: 'reopen',
      summary: 'use a store again that was moved to a place that is lost',
      load: async () => (await import('../commands/store-reopen.ts')).command,
    },
  ],
}
