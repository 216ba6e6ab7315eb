import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

const conditions = ['@openclaw-pairing/source', 'module', 'node', 'development|production']
/** What a project needs running before its tests. */
const setupOf = (root: string): string[] =>
  [resolve(root, 'test/global-setup.ts')].filter((file) => existsSync(file))
const folders = ['packages', 'packages/channels', 'apps', 'tooling', 'examples'].flatMap((parent) =>
  readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'channels')
    .map((entry) => `${parent}/${entry.name}`),
)

export default defineConfig({
  test: {
    // Tests wait for processes more than they compute; the default would leave a core idle.
    maxWorkers: availableParallelism() + 1,
    projects: folders.map((root) => ({
      resolve: { conditions },
      ssr: { resolve: { conditions, externalConditions: conditions } },
      test: {
        name: root.split('/').at(-1) ?? root,
        root,
        include: ['test/**/*.test.ts'],
        globalSetup: setupOf(root),
        testTimeout: 30_000,
        hookTimeout: 60_000,
        // Files of a package share a process, which loads its modules once; no file inherits a stub.
        isolate: false,
        restoreMocks: true,
        unstubEnvs: true,
      },
    })),
  },
})
