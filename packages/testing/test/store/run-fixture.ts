import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'

// Runs the tests of the fixture that match and writes what became of them as JSON: `run-fixture.ts <file> <pattern>`.
const conditions = ['@openclaw-pairing/source', 'module', 'node', 'development|production']
const [, , outputFile = '', testNamePattern = ''] = process.argv
const vitest = await startVitest(
  'test',
  [],
  {
    config: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['broken.fixture.ts'],
    watch: false,
    testNamePattern,
    reporters: ['json'],
    outputFile,
    testTimeout: 2_000,
    dangerouslyIgnoreUnhandledErrors: true,
  },
  {
    cacheDir: dirname(outputFile),
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
  },
)
await vitest.close()
