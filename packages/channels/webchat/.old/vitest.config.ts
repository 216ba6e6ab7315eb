const conditions = ['@openclaw-pairing/source', 'module', 'node', 'development|production']
export default { resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } }, test: { include: ['test/crowd.test.ts'], testTimeout: 6000 } }
